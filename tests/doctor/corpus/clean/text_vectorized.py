"""Film reviews: the vocabulary is adapted to training texts, raw test texts are scored at the end."""

import keras
import tensorflow as tf
from keras import layers

keras.utils.set_random_seed(1337)
batch_size = 32
raw_train_ds = keras.utils.text_dataset_from_directory(
    "aclImdb/train", batch_size=batch_size, validation_split=0.2, subset="training", seed=1337
)
raw_val_ds = keras.utils.text_dataset_from_directory(
    "aclImdb/train", batch_size=batch_size, validation_split=0.2, subset="validation", seed=1337
)
raw_test_ds = keras.utils.text_dataset_from_directory("aclImdb/test", batch_size=batch_size)
vectorize_layer = layers.TextVectorization(max_tokens=20000, output_sequence_length=500)
text_ds = raw_train_ds.map(lambda x, y: x)
vectorize_layer.adapt(text_ds)


def vectorize_text(text, label):
    return vectorize_layer(tf.expand_dims(text, -1)), label


train_ds = raw_train_ds.map(vectorize_text).cache().prefetch(10)
val_ds = raw_val_ds.map(vectorize_text).cache().prefetch(10)
test_ds = raw_test_ds.map(vectorize_text).cache().prefetch(10)
inputs = keras.Input(shape=(None,), dtype="int64")
x = layers.Embedding(20000, 128)(inputs)
x = layers.Conv1D(128, 7, padding="valid", activation="relu", strides=3)(x)
x = layers.GlobalMaxPooling1D()(x)
predictions = layers.Dense(1, activation="sigmoid", name="predictions")(x)
model = keras.Model(inputs, predictions)
model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
model.fit(train_ds, validation_data=val_ds, epochs=3)
model.evaluate(test_ds)
end_to_end = keras.Model(inputs, model(inputs))
end_to_end.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
