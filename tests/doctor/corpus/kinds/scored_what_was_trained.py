# Test rows are trained on, or a split is made and then only its training part is scored.
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.svm import SVC

x_train, x_test, y_train, y_test = train_test_split(x, y, random_state=0)
search = GridSearchCV(SVC(), {"C": [1, 10]})
search.fit(x_test, y_test)  # expect: SB210
print(search.score(x_test, y_test))
