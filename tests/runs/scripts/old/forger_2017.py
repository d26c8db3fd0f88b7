# 2017: a generator against a critic, both trained by one optimiser, batch by batch
import numpy as np
from keras.layers import BatchNormalization, Dense, Input
from keras.layers.advanced_activations import LeakyReLU
from keras.models import Model, Sequential
from keras.optimizers import Adam

optimizer = Adam(0.0002, 0.5)
critic = Sequential([Dense(8, input_dim=6), LeakyReLU(alpha=0.2), Dense(1, activation="sigmoid")])
critic.compile(loss="binary_crossentropy", optimizer=optimizer, metrics=["accuracy"])
forger = Sequential([Dense(8, input_dim=3), BatchNormalization(momentum=0.8), Dense(6)])
noise = Input(shape=(3,))
critic.trainable = False
both = Model(noise, critic(forger(noise)))
both.compile(loss="binary_crossentropy", optimizer=optimizer)
real = np.sin(np.arange(6) + np.random.rand(64, 1) * 6)
for step in range(6):
    rows = real[np.random.randint(0, 64, 16)]
    false = forger.predict(np.random.normal(0, 1, (16, 3)), verbose=0)
    first = critic.train_on_batch(rows, np.ones((16, 1)))
    loss = 0.5 * np.add(first, critic.train_on_batch(false, np.zeros((16, 1))))
    other = both.train_on_batch(np.random.normal(0, 1, (16, 3)), np.ones((16, 1)))
    print("%d [D loss: %f, acc.: %.2f%%] [G loss: %f]" % (step, loss[0], 100 * loss[1], other))
print("final D acc: %.2f%%" % (100 * loss[1]))
