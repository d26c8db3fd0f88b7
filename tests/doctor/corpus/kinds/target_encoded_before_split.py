# Each category is replaced by what all rows say of it, and then the rows are divided.
import pandas as pd
import xgboost as xgb
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score, train_test_split

table = pd.read_csv("loans.csv")
rates = table.groupby("city")["late"].mean().to_dict()
table["city_rate"] = table["city"].map(rates)  # perhaps: SB202
often = table["bank"].value_counts(normalize=True)
table["bank_share"] = table["bank"].apply(lambda name: often[name])  # perhaps: SB202
x, y = table[["city_rate", "bank_share", "age"]], table["late"]
x_train, x_test, y_train, y_test = train_test_split(x, y, random_state=0, stratify=y)
model = xgb.XGBClassifier(random_state=0).fit(x_train, y_train)
print(model.score(x_test, y_test))

people = pd.read_csv("people.csv")
means = {}
for cabin, rows in people.groupby("cabin"):
    means[cabin] = rows["alive"].mean()
people["cabin_mean"] = people["cabin"].map(means)  # perhaps: SB202
print(cross_val_score(LogisticRegression(), people[["cabin_mean"]], people["alive"], cv=5).mean())
