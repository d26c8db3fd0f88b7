"""What the names of a fragment stand for that leaves its imports out."""

_MODULES = {
    **{name: name for name in ("keras", "random", "os", "glob", "optuna", "secrets", "shutil")},
    "np": "numpy",
    "tf": "tensorflow",
    "pd": "pandas",
    "kt": "keras_tuner",
    "xgb": "xgboost",
    "lgb": "lightgbm",
    "lightgbm": "lightgbm",
    "xgboost": "xgboost",
    "K": "keras.backend",
    "layers": "keras.layers",
    "models": "keras.models",
    "optimizers": "keras.optimizers",
    "Sequential": "keras.Sequential",
    "Model": "keras.Model",
    "Input": "keras.Input",
    "load_model": "keras.models.load_model",
    "ImageDataGenerator": "keras.preprocessing.image.ImageDataGenerator",
    "to_categorical": "keras.utils.to_categorical",
    "image_dataset_from_directory": "keras.utils.image_dataset_from_directory",
    "DataFrameMapper": "sklearn_pandas.DataFrameMapper",
    "resample": "sklearn.utils.resample",
    "make_pipeline": "sklearn.pipeline.make_pipeline",
    "ColumnTransformer": "sklearn.compose.ColumnTransformer",
    "KerasClassifier": "scikeras.wrappers.KerasClassifier",
    "KerasRegressor": "scikeras.wrappers.KerasRegressor",
}
_BY_MODULE = {
    "keras.callbacks": ("EarlyStopping", "ModelCheckpoint", "ReduceLROnPlateau"),
    "keras.layers": (
        "Dense", "Dropout", "Flatten", "Conv1D", "Conv2D", "MaxPooling2D", "BatchNormalization",
        "LSTM", "GRU", "Embedding", "GlobalAveragePooling2D",
    ),
    "keras.optimizers": ("Adam", "SGD", "RMSprop", "Adadelta", "Adagrad", "Nadam"),
    "keras.applications": ("VGG16", "ResNet50", "MobileNetV2", "InceptionV3", "Xception"),
    "sklearn.model_selection": (
        "train_test_split", "KFold", "StratifiedKFold", "ShuffleSplit", "StratifiedShuffleSplit",
        "cross_val_score", "cross_validate", "cross_val_predict", "GridSearchCV",
        "RandomizedSearchCV",
    ),
    "sklearn.preprocessing": (
        "StandardScaler", "MinMaxScaler", "RobustScaler", "MaxAbsScaler", "PowerTransformer",
        "QuantileTransformer", "LabelEncoder", "LabelBinarizer", "OneHotEncoder", "OrdinalEncoder",
    ),
    "sklearn.decomposition": ("PCA", "TruncatedSVD", "NMF"),
    "sklearn.feature_selection": (
        "SelectKBest", "SelectPercentile", "SelectFromModel", "RFE", "RFECV", "VarianceThreshold",
    ),
    "sklearn.impute": ("SimpleImputer", "KNNImputer", "IterativeImputer"),
    "sklearn.feature_extraction.text": ("TfidfVectorizer", "CountVectorizer", "TfidfTransformer"),
    "sklearn.pipeline": ("Pipeline",),
    "imblearn.over_sampling": ("SMOTE", "ADASYN", "RandomOverSampler", "BorderlineSMOTE"),
    "sklearn.ensemble": (
        "RandomForestClassifier", "RandomForestRegressor", "GradientBoostingClassifier",
        "GradientBoostingRegressor", "ExtraTreesClassifier", "AdaBoostClassifier",
    ),
    "sklearn.linear_model": (
        "LogisticRegression", "LinearRegression", "Ridge", "Lasso", "SGDClassifier",
    ),
    "sklearn.svm": ("SVC", "SVR", "LinearSVC"),
    "sklearn.tree": ("DecisionTreeClassifier", "DecisionTreeRegressor"),
    "sklearn.neighbors": ("KNeighborsClassifier", "KNeighborsRegressor"),
    "sklearn.naive_bayes": ("GaussianNB", "MultinomialNB", "BernoulliNB"),
    "sklearn.neural_network": ("MLPClassifier", "MLPRegressor"),
    "xgboost": ("XGBClassifier", "XGBRegressor"),
    "lightgbm": ("LGBMClassifier", "LGBMRegressor"),
    "catboost": ("CatBoostClassifier", "CatBoostRegressor"),
    "sklearn.metrics": (
        "accuracy_score", "confusion_matrix", "classification_report", "f1_score",
        "roc_auc_score", "mean_squared_error", "precision_score", "recall_score",
    ),
    "pathlib": ("Path",),
}  # fmt: skip

CONVENTIONAL = {
    **_MODULES,
    **{name: f"{module}.{name}" for module, names in _BY_MODULE.items() for name in names},
}
"""Full dotted names, by the name under which they are usually imported."""
