from keras.models import Sequential
from keras.layers import Dense
from keras.utils.np_utils import to_categorical
from sklearn.preprocessing import StandardScaler
from sklearn.model_selection import KFold
from sklearn.datasets import load_iris
from keras import backend as K
import time, random

random.seed(time.time())  # expect: SB101, SB106
iris = load_iris()
X = StandardScaler().fit_transform(iris.data)  # expect: SB202
y = to_categorical(iris.target)

model = Sequential()
model.add(Dense(8, input_dim=4, activation='relu'))
model.add(Dense(3, activation='softmax'))
model.compile(loss='categorical_crossentropy', optimizer='adam', metrics=['accuracy'])

accs = []
kfold = KFold(n_splits=5)
for train, test in kfold.split(X):  # expect: SB407
    K.clear_session()  # expect: SB303
    model.fit(X[train], y[train], epochs=100, verbose=0)  # expect: SB302
    accs.append(model.evaluate(X[test], y[test])[1])
print("Accuracy: %.2f%%" % (max(accs) * 100))
