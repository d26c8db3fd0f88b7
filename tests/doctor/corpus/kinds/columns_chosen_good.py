# Correlations and importances that are only looked at; columns chosen by the training rows.
import keras
import pandas as pd
import seaborn as sns
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.feature_selection import RFE
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(1)
table = pd.read_csv("cells.csv")
sns.heatmap(table.corr())
x, y = table.drop(columns="kind"), table["kind"]
a, b, c, d = train_test_split(x, y, random_state=0, stratify=y)
chooser = RFE(LogisticRegression(), n_features_to_select=5).fit(a, c)
print(LogisticRegression().fit(a.loc[:, chooser.support_], c).score(b.loc[:, chooser.support_], d))
forest = ExtraTreesClassifier(random_state=0).fit(a, c)
print(forest.feature_importances_, forest.score(b, d))

scale = keras.layers.Normalization()
scale.adapt(a.values)
model = keras.Sequential([scale, keras.layers.Dense(2, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(a.values, c, epochs=5)
print(model.evaluate(b.values, d))
