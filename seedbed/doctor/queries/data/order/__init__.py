"""The order of a data set's rows: files as the system lists them, labels class by class."""
