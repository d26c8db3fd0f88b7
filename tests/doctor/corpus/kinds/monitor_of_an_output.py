# With several outputs, a metric is logged under the name of its output.
import keras

keras.utils.set_random_seed(0)
inputs = keras.Input((4,))
price = keras.layers.Dense(1, name="price")(inputs)
kind = keras.layers.Dense(3, activation="softmax", name="kind")(inputs)
model = keras.Model(inputs, [price, kind])
losses = {"price": "mse", "kind": "sparse_categorical_crossentropy"}
model.compile("adam", losses, metrics={"kind": "accuracy"})
absent = keras.callbacks.ModelCheckpoint(  # expect: SB802
    "a.keras", monitor="val_accuracy", save_best_only=True
)
present = keras.callbacks.ModelCheckpoint(
    "b.keras", monitor="val_kind_accuracy", save_best_only=True
)
loss = keras.callbacks.ReduceLROnPlateau(monitor="val_price_loss")
model.fit(x, targets, validation_split=0.2, callbacks=[absent, present, loss])
