# Windows that do not overlap, and folds that stay in order.
import numpy as np
from sklearn.linear_model import Ridge
from sklearn.model_selection import KFold, TimeSeriesSplit, cross_val_score

series = np.loadtxt("prices.csv")
windows = np.array([series[i : i + 30] for i in range(0, len(series) - 30, 31)])
target = series[30::31]
for train, test in KFold(5, shuffle=True, random_state=0).split(windows):
    model = Ridge().fit(windows[train], target[train])
    print(model.score(windows[test], target[test]))

overlapping = np.array([series[i : i + 30] for i in range(len(series) - 30)])
print(cross_val_score(Ridge(), overlapping, series[30:], cv=TimeSeriesSplit(5)))
print(cross_val_score(Ridge(), series[:, None], series, cv=KFold(5, shuffle=True, random_state=0)))
