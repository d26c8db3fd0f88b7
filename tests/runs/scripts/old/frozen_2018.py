# 2018: a network of keras.applications, its layers frozen or not, without its weights
import numpy as np
from keras import backend as K
from keras import optimizers
from keras.applications.mobilenet import MobileNet, preprocess_input
from keras.layers import Dense, GlobalAveragePooling2D
from keras.models import Model

draw = np.random.RandomState(0)
y = draw.randint(0, 2, 24)
x = draw.randint(0, 180, (24, 32, 32, 3)).astype("float32")
x[y == 1, :, :, 0] += 60
x, y = preprocess_input(x), np.eye(2)[y]
for frozen in [True, False]:
    K.clear_session()
    base = MobileNet(weights=None, include_top=False, input_shape=(32, 32, 3), alpha=0.25)
    out = Dense(2, activation="softmax")(GlobalAveragePooling2D()(base.output))
    model = Model(inputs=base.input, outputs=out)
    for layer in base.layers:
        layer.trainable = not frozen
    adam = optimizers.Adam(lr=1e-3)
    model.compile(optimizer=adam, loss="categorical_crossentropy", metrics=["accuracy"])
    model.fit(x[:16], y[:16], epochs=1, batch_size=8, verbose=0)
    acc = model.evaluate(x[16:], y[16:], verbose=0)[1]
    print("frozen" if frozen else "trainable", "val acc %.3f" % acc)
