"""Why is the accuracy different each time, and is the difference real?"""
