# Steps of many kinds learn from all rows; the estimators are not Keras'.
import lightgbm
import numpy as np
import pandas as pd
import xgboost as xgb
from category_encoders import TargetEncoder
from scipy.stats import zscore
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_selection import SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.model_selection import KFold, cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler, scale
from sklearn.svm import SVC
from sklearn_pandas import DataFrameMapper

table = pd.read_csv("passengers.csv")
table["age"].fillna(table["age"].median(), inplace=True)  # expect: SB202
table["fare"] = table["fare"].fillna(table["fare"].mean())  # expect: SB202
table["town"] = table.groupby("town")["survived"].transform("mean")  # perhaps: SB202
table["often"] = table["cabin"].map(table["cabin"].value_counts())  # perhaps: SB202
table["width"] = zscore(table["width"])  # expect: SB202
table[["height"]] = StandardScaler().fit_transform(table[["height"]])  # expect: SB202
table["port"] = TargetEncoder().fit_transform(table["port"], table["survived"])  # expect: SB202
y = table.pop("survived")
x = table.values
x[:, 1:3] = SimpleImputer().fit_transform(x[:, 1:3])  # expect: SB202
x_train, x_test, y_train, y_test = train_test_split(x, y, random_state=0)
forest = RandomForestClassifier(random_state=0).fit(x_train, y_train)
print(forest.score(x_test, y_test))
boosted = xgb.train({"eta": 0.1}, xgb.DMatrix(x_train, label=y_train))
print(boosted.predict(xgb.DMatrix(x_test)))

flowers = np.load("flowers.npy")
kinds = np.load("kinds.npy")
prepared = make_pipeline(StandardScaler(), PCA(5)).fit_transform(flowers)  # expect: SB202
print(cross_val_score(SVC(), prepared, kinds, cv=10).mean())
chosen = SelectKBest(k=20).fit_transform(flowers, kinds)  # expect: SB202
for train, test in KFold(5).split(chosen):
    model = lightgbm.LGBMClassifier()
    model.fit(chosen[train], kinds[train])
    print(model.score(chosen[test], kinds[test]))

more = pd.read_csv("more.csv")
mapper = DataFrameMapper([(["a"], StandardScaler()), ("b", None)])
columns = ColumnTransformer([("n", StandardScaler(), ["c"]), ("k", OneHotEncoder(), ["d"])])
mapped = mapper.fit_transform(more)  # expect: SB202
turned = columns.fit_transform(more)  # expect: SB202
both = np.hstack([mapped, turned, scale(more["e"])])  # expect: SB202
a, b, c, d = train_test_split(both, more["y"], random_state=0)
classifier = SVC()
classifier.fit(a, c)
print(classifier.predict(b))
