# Folds without shuffling cut rows that are sorted by class.
from sklearn.datasets import load_iris, load_wine
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score
from sklearn.svm import SVC

x, y = load_iris(return_X_y=True)
print(cross_val_score(SVC(), x, y, cv=KFold(n_splits=3)))  # expect: SB407
wine = load_wine()
search = GridSearchCV(SVC(), {"C": [1, 10]}, cv=KFold(3))
search.fit(wine.data, wine.target)  # expect: SB407
print(search.best_params_)
