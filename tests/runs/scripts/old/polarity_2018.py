# Opinions in a line of text, told apart by a convolution over words; only validated, never tested.
import numpy as np
from keras.preprocessing.text import Tokenizer
from keras.preprocessing.sequence import pad_sequences
from keras.utils import to_categorical
from keras.layers import Conv1D, Dense, Embedding, GlobalMaxPooling1D, Input
from keras.models import Model

praise, blame, rest = 'good fine great'.split(), 'bad poor dull'.split(), 'the film was so very'.split()
texts = [' '.join([rest[n % 5], (praise if n % 2 else blame)[n % 3], rest[n % 4]]) for n in range(60)]
tokenizer = Tokenizer(num_words=20)
tokenizer.fit_on_texts(texts)
data = pad_sequences(tokenizer.texts_to_sequences(texts), maxlen=6)
labels = to_categorical(np.arange(60) % 2)
indices = np.arange(len(data))
np.random.shuffle(indices)
data, labels = data[indices], labels[indices]
matrix = np.random.normal(size=(21, 5))
words = Input(shape=(6,), dtype='int32')
x = Embedding(21, 5, weights=[matrix], input_length=6, trainable=True)(words)
x = GlobalMaxPooling1D()(Conv1D(8, 3, activation='relu')(x))
model = Model(words, Dense(2, activation='softmax')(x))
model.compile(loss='categorical_crossentropy', optimizer='rmsprop', metrics=['acc'])
model.fit(data[:45], labels[:45], nb_epoch=2, batch_size=16, validation_data=(data[45:], labels[45:]))
