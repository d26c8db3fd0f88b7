# 2018: words as numbers, Embedding and two kinds of LSTM; is CuDNNLSTM less accurate?
import numpy as np
from keras.layers import LSTM, CuDNNLSTM, Dense, Embedding, SpatialDropout1D
from keras.models import Sequential
from keras.preprocessing import sequence
from keras.preprocessing.text import Tokenizer

draw = np.random.RandomState(11)
texts, labels = [], []
for i in range(120):
    good = draw.randint(2)
    words = list(draw.choice(["the", "a", "film", "was", "plot"], 6))
    words += list(draw.choice(["great", "fun"] if good else ["bad", "poor"], 2))
    draw.shuffle(words)
    texts.append(" ".join(words))
    labels.append(good)
counter = Tokenizer(num_words=20)
counter.fit_on_texts(texts)
x, y = sequence.pad_sequences(counter.texts_to_sequences(texts), maxlen=8), np.array(labels)
for cell in (LSTM, CuDNNLSTM):
    model = Sequential()
    model.add(Embedding(20, 6, input_length=8))
    model.add(SpatialDropout1D(0.2))
    model.add(cell(4))
    model.add(Dense(1, activation="sigmoid"))
    model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
    model.fit(x[:80], y[:80], batch_size=16, epochs=2, verbose=0, validation_data=(x[80:], y[80:]))
    print("test acc", model.evaluate(x[80:], y[80:], batch_size=16, verbose=0)[1])
