# Predictions of a shuffled stream beside labels: in a callback, in a column, beside file names.
import keras
import numpy as np
import pandas as pd
from sklearn.metrics import accuracy_score, f1_score
from tensorflow.keras.preprocessing.image import ImageDataGenerator


class Scores(keras.callbacks.Callback):
    def __init__(self, flow):
        super().__init__()
        self.flow = flow

    def on_epoch_end(self, epoch, logs=None):
        guess = self.model.predict(self.flow).argmax(axis=1)
        print(f1_score(self.flow.classes, guess, average="macro"))  # expect: SB801


class Report(keras.callbacks.Callback):
    def __init__(self, data):
        self.data = data
        super().__init__()

    def on_train_end(self, logs=None):
        labels = np.concatenate([kind for _, kind in self.data])
        guess = np.argmax(self.model.predict(self.data), axis=1)
        print(accuracy_score(labels, guess))  # expect: SB801


def network(loss):
    model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(3, activation="softmax")])
    model.compile("adam", loss, metrics=["accuracy"])
    return model


keras.utils.set_random_seed(1)
generator = ImageDataGenerator()
train = generator.flow_from_directory("train")
valid = generator.flow_from_directory("valid")
model = network("categorical_crossentropy")
model.fit(train, validation_data=valid, epochs=2, callbacks=[Scores(valid)])

table = pd.read_csv("unseen.csv")
unseen = generator.flow_from_dataframe(table, "images", x_col="id", y_col="kind")
table["guess"] = model.predict(unseen).argmax(axis=1)  # expect: SB801
print((table["guess"] == table["kind"]).mean())  # expect: SB801
pd.read_csv("unseen.csv").assign(other=model.predict(unseen).argmax(axis=1)).to_csv("kept.csv")  # perhaps: SB801
files = generator.flow_from_directory("unseen", class_mode=None)
guess = model.predict(files).argmax(axis=1)
pd.DataFrame({"file": files.filenames, "kind": guess}).to_csv("out.csv")  # expect: SB801

shown = keras.utils.image_dataset_from_directory("train", seed=1)
unseen = keras.utils.image_dataset_from_directory("unseen")
model = network("sparse_categorical_crossentropy")
model.fit(shown, epochs=2, callbacks=[Report(unseen)])
