# The subjects themselves are divided, so each stands on one side with all its rows.
import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

rows = pd.read_csv("rows.csv")
patient_ids = rows["patient_id"].unique()
train_ids, test_ids = train_test_split(patient_ids, random_state=0)
train, test = rows[rows.patient_id.isin(train_ids)], rows[rows.patient_id.isin(test_ids)]
speakers = sorted(np.load("speakers.npy"))
known, unknown = train_test_split(speakers, random_state=0)
