# Columns are chosen by what all rows say, and then the rows are divided.
import pandas as pd
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.feature_selection import RFE
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

table = pd.read_csv("cells.csv")
x, y = table.drop(columns="kind"), table["kind"]

chooser = RFE(LogisticRegression(), n_features_to_select=5)
chooser = chooser.fit(x, y)  # expect: SB202
few = x.loc[:, chooser.support_]
a, b, c, d = train_test_split(few, y, random_state=0, stratify=y)
print(LogisticRegression().fit(a, c).score(b, d))

links = table.corr()["kind"].abs()  # perhaps: SB202
strong = links[links > 0.2].index.drop("kind")
a, b, c, d = train_test_split(table[strong], y, random_state=0, stratify=y)
print(LogisticRegression().fit(a, c).score(b, d))

forest = ExtraTreesClassifier(random_state=0)
forest.fit(x, y)  # perhaps: SB202
best = x.columns[forest.feature_importances_ > 0.05]
a, b, c, d = train_test_split(x[best], y, random_state=0, stratify=y)
print(LogisticRegression().fit(a, c).score(b, d))
