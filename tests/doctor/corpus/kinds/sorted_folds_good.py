# Folds that are shuffled or stratified, and rows in no known order.
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_score
from sklearn.svm import SVC

x, y = load_iris(return_X_y=True)
print(cross_val_score(SVC(), x, y, cv=KFold(n_splits=3, shuffle=True, random_state=1)))
print(cross_val_score(SVC(), x, y, cv=StratifiedKFold(3)))
print(cross_val_score(SVC(), x, y, cv=3))
x, y = load_breast_cancer(return_X_y=True)
print(cross_val_score(SVC(), x, y, cv=KFold(n_splits=3)))
