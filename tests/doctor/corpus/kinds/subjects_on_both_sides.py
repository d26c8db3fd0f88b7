# Rows of the same patients stand on both sides.
import pandas as pd
from sklearn.model_selection import train_test_split

rows = pd.read_csv("rows.csv")
patient_id = rows.pop("patient_id")
train, test = train_test_split(rows, random_state=0)  # perhaps: SB206
