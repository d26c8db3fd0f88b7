# Windows that overlap are dealt to folds at random.
import numpy as np
from sklearn.linear_model import Ridge
from sklearn.model_selection import KFold, ShuffleSplit, cross_val_score

series = np.loadtxt("prices.csv")
windows = np.array([series[i : i + 30] for i in range(len(series) - 30)])
target = series[30:]
for train, test in KFold(5, shuffle=True, random_state=0).split(windows):  # expect: SB206
    model = Ridge().fit(windows[train], target[train])
    print(model.score(windows[test], target[test]))

folds = ShuffleSplit(5, random_state=0)  # expect: SB206
print(cross_val_score(Ridge(), windows, target, cv=folds))
