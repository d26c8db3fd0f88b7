"""Two text inputs and one table, two outputs, wired with the functional interface."""

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(1)
title = keras.Input(shape=(None,), name="title")
body = keras.Input(shape=(None,), name="body")
tags = keras.Input(shape=(12,), name="tags")
a = layers.LSTM(64)(layers.Embedding(10_000, 64)(title))
b = layers.LSTM(32)(layers.Embedding(10_000, 64)(body))
x = layers.concatenate([a, b, tags])
priority = layers.Dense(1, name="priority")(x)
department = layers.Dense(4, name="department")(x)
model = keras.Model(inputs=[title, body, tags], outputs={"priority": priority, "department": department})
model.compile(
    optimizer=keras.optimizers.RMSprop(1e-3),
    loss={
        "priority": keras.losses.BinaryCrossentropy(from_logits=True),
        "department": keras.losses.CategoricalCrossentropy(from_logits=True),
    },
    loss_weights={"priority": 1.0, "department": 0.2},
)
titles = np.random.randint(10_000, size=(1280, 12))
bodies = np.random.randint(10_000, size=(1280, 100))
table = np.random.randint(2, size=(1280, 12)).astype("float32")
model.fit(
    {"title": titles, "body": bodies, "tags": table},
    {"priority": np.random.random((1280, 1)), "department": np.random.randint(2, size=(1280, 4))},
    epochs=2,
    batch_size=32,
)
