# Learned from training rows only, or learning nothing, or within each fold.
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import HashingVectorizer, TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score, train_test_split
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import LabelEncoder, Normalizer, OneHotEncoder, StandardScaler
from sklearn.svm import SVC

table = pd.read_csv("passengers.csv")
table["cabin"] = table["cabin"].fillna("none")
table["deck"].fillna(0, inplace=True)
table["log_fare"] = np.log1p(table["fare"])
table["title"] = table["name"].map({"Mr": 0, "Mrs": 1})
table["mean_of_row"] = table[["a", "b"]].mean(axis=1)
table["sum"] = (table["a"] - table["b"]) / 2
encoded = OneHotEncoder().fit_transform(table[["port"]])
y = LabelEncoder().fit_transform(table["survived"])
x = np.hstack([Normalizer().fit_transform(table.drop(columns="survived")), encoded])
x_train, x_test, y_train, y_test = train_test_split(x, y, stratify=y, random_state=0)
imputer = SimpleImputer(strategy="median").fit(x_train)
x_train, x_test = imputer.transform(x_train), imputer.transform(x_test)
middle = x_train.mean(axis=0)
x_train, x_test = x_train - middle, x_test - middle
forest = RandomForestClassifier(random_state=0)
forest.fit(x_train, y_train)
print(forest.score(x_test, y_test))
pipe = Pipeline([("scale", StandardScaler()), ("svc", SVC())])
print(cross_val_score(pipe, x, y, cv=5), cross_val_score(make_pipeline(StandardScaler(), SVC()), x, y))
search = GridSearchCV(pipe, {"svc__C": [1, 10]}).fit(x_train, y_train)
print(search.score(x_test, y_test))
for train, test in KFold(5).split(x):
    scaler = StandardScaler()
    model = SVC()
    model.fit(scaler.fit_transform(x[train]), y[train])
    print(model.score(scaler.transform(x[test]), y[test]))
fit_rows, held_rows = train_test_split(table, stratify=y, random_state=1)
age = fit_rows["age"].median()
fit_rows, held_rows = fit_rows.fillna({"age": age}), held_rows.fillna({"age": age})
words = TfidfVectorizer()
clf = SVC()
clf.fit(words.fit_transform(fit_rows["text"]), fit_rows["y"])
print(clf.score(words.transform(held_rows["text"]), held_rows["y"]))
hashed = HashingVectorizer().fit_transform(table["text"])
a, b, c, d = train_test_split(hashed, y, stratify=y, random_state=2)
print(SVC().fit(a, c).score(b, d))
scaled = StandardScaler().fit_transform(table[["width"]])
print(scaled.mean())
