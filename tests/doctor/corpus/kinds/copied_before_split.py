# Rows are repeated, in five ways, before a split deals them out.
import keras
import numpy as np
import pandas as pd
from lightgbm import LGBMClassifier
from sklearn.model_selection import StratifiedKFold, cross_val_score, train_test_split
from sklearn.utils import resample

keras.utils.set_random_seed(5)
table = pd.read_csv("loans.csv")
paid, late = table[table.late == 0], table[table.late == 1]
more = resample(late, n_samples=len(paid), random_state=5)  # expect: SB209
balanced = pd.concat([paid, more])
train, test = train_test_split(balanced, random_state=5)
forest = LGBMClassifier(random_state=5).fit(train.drop(columns="late"), train.late)
print(forest.score(test.drop(columns="late"), test.late))

twice = pd.concat([table, table[table.late == 1]], ignore_index=True)  # perhaps: SB209
drawn = table.sample(n=5000, replace=True)  # expect: SB209
inputs, target = drawn.drop("late", axis=1), drawn["late"]
folds = StratifiedKFold(5, shuffle=True, random_state=5)
for inside, outside in folds.split(inputs, target):
    booster = LGBMClassifier(random_state=5).fit(inputs.iloc[inside], target.iloc[inside])
    print(booster.score(inputs.iloc[outside], target.iloc[outside]))
print(cross_val_score(LGBMClassifier(random_state=5), twice.drop(columns="late"), twice.late))

photos, kinds = np.load("photos.npy"), np.load("kinds.npy")
mirrored = np.concatenate([photos, photos[:, :, ::-1]])  # perhaps: SB209
labels = np.concatenate([kinds, kinds])
net = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(3, activation="softmax")])
net.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
net.fit(mirrored, labels, epochs=5, validation_split=0.2)
