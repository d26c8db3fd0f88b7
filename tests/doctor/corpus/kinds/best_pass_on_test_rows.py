# A plain loop keeps the epoch, the setting or the seed of the split that scores best on test rows.
import keras
from sklearn.datasets import load_iris
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier

keras.utils.set_random_seed(1)
(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
best = 0
for _ in range(50):
    model.fit(x_train, y_train, epochs=1)
    accuracy = model.evaluate(x_test, y_test)[1]
    if accuracy > best:  # expect: SB201
        best = accuracy
        model.save("best.keras")
print(best)

x, y = load_iris(return_X_y=True)
x_train, x_test, y_train, y_test = train_test_split(x, y, random_state=0, stratify=y)
scores = {}
for k in (1, 3, 5, 7):
    near = KNeighborsClassifier(k).fit(x_train, y_train)
    scores[k] = accuracy_score(y_test, near.predict(x_test))
print("best k", max(scores, key=scores.get))  # expect: SB201
