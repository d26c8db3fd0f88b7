# Fragments of posts without imports: text, imputed columns, new rows, columns named in a list.
words = TfidfVectorizer(max_features=5000).fit_transform(reviews["text"])  # expect: SB202
a, b, c, d = train_test_split(words, reviews["stars"], random_state=42, stratify=reviews["stars"])
print(accuracy_score(d, MultinomialNB().fit(a, c).predict(b)))

X = SimpleImputer(strategy="median").fit_transform(X)  # expect: SB202
a, b, c, d = train_test_split(X, y, random_state=9, stratify=y)
print(LGBMClassifier(random_state=0).fit(a, c).score(b, d))

mapper = DataFrameMapper([(["age"], StandardScaler())])
mapped = mapper.fit_transform(people)  # expect: SB202
a, b, c, d = train_test_split(mapped, people.alive, random_state=0, stratify=people.alive)
print(XGBClassifier(random_state=0).fit(a, c).score(b, d))

train = cells.sample(n=5000, random_state=1)
test = cells.sample(n=1000, random_state=2)
model = SVC().fit(train[features], train["kind"])  # expect: SB210
print(model.score(test[features], test["kind"]))

stream = ImageDataGenerator().flow_from_directory("test", class_mode="categorical")
kinds = network.predict(stream).argmax(axis=1)
print(confusion_matrix(stream.classes, kinds))  # expect: SB801
