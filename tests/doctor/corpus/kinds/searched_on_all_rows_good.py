# A search chooses on the training rows.
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.svm import SVC

x_train, x_test, y_train, y_test = train_test_split(x, y, random_state=0)
search = GridSearchCV(SVC(), {"C": [1, 10]})
search.fit(x_train, y_train)
final = SVC(**search.best_params_).fit(x_train, y_train)
print(final.score(x_test, y_test), search.score(x_test, y_test))
