"""Writes scikit-learn's differentiable classifiers, trained on its 8 x 8 digits, as skl2onnx writes them.

    python export_sklearn.py OUT [CASE...]

Gradients are central differences, in float64, of what scikit-learn's own predict_proba or decision_function says.
"""

import warnings
from pathlib import Path
from typing import Callable

import numpy as np
import skl2onnx
import sklearn
from sklearn.base import BaseEstimator
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LogisticRegression, Perceptron, RidgeClassifier, SGDClassifier
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import GaussianNB, MultinomialNB
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, Normalizer, PolynomialFeatures, RobustScaler, StandardScaler
from sklearn.svm import LinearSVC

from exported_case import Case, export_all, onnxruntime_error, options, write_case

STEP = 1e-6
STEPS = 8


def mlp(activation: str = "relu", **arguments) -> MLPClassifier:
    return MLPClassifier(hidden_layer_sizes=(24, 12), activation=activation, max_iter=40, random_state=0, **arguments)


def logistic(**arguments) -> LogisticRegression:
    return LogisticRegression(max_iter=200, **arguments)


# Name -> (what is trained, whether on two of the digits alone, options of the converter).
ESTIMATORS: dict[str, tuple[Callable[[], BaseEstimator], bool, dict]] = {
    "mlp_relu": (mlp, False, {}),
    "mlp_tanh": (lambda: mlp("tanh"), False, {}),
    "mlp_logistic": (lambda: mlp("logistic"), False, {}),
    "mlp_identity": (lambda: mlp("identity"), False, {}),
    "mlp_binary": (mlp, True, {}),
    "mlp_without_zipmap": (mlp, False, {"zipmap": False}),
    "mlp_columns": (mlp, False, {"zipmap": "columns"}),
    "scaler_mlp": (lambda: make_pipeline(StandardScaler(), mlp()), False, {}),
    "pca_mlp": (lambda: make_pipeline(PCA(16, random_state=0), mlp()), False, {}),
    "minmax_pca_logistic": (lambda: make_pipeline(MinMaxScaler(), PCA(16, random_state=0), logistic()), False, {}),
    "whitened_logistic": (lambda: make_pipeline(PCA(16, whiten=True, random_state=0), logistic()), False, {}),
    "robust_logistic": (lambda: make_pipeline(RobustScaler(), logistic()), False, {}),
    "maxabs_logistic": (lambda: make_pipeline(MaxAbsScaler(), logistic()), False, {}),
    "normalizer_logistic": (lambda: make_pipeline(Normalizer(), logistic()), False, {}),
    "selected_logistic": (lambda: make_pipeline(SelectKBest(k=32), logistic()), False, {}),
    "polynomial_logistic": (lambda: make_pipeline(PCA(6, random_state=0), PolynomialFeatures(2), logistic()), False, {}),
    "union_logistic": (lambda: make_pipeline(make_union(PCA(8, random_state=0), StandardScaler()), logistic()), False, {}),
    "logistic": (logistic, False, {}),
    "logistic_raw": (logistic, False, {"raw_scores": True}),
    "logistic_binary": (logistic, True, {}),
    "logistic_rest": (lambda: OneVsRestClassifier(logistic()), False, {}),
    "sgd_log": (lambda: SGDClassifier(loss="log_loss", random_state=0), False, {}),
    "sgd_hinge": (lambda: SGDClassifier(random_state=0), False, {}),
    "perceptron": (lambda: Perceptron(random_state=0), False, {}),
    "ridge": (RidgeClassifier, False, {}),
    "linear_svc": (LinearSVC, False, {}),
    "linear_svc_binary": (LinearSVC, True, {}),
    "calibrated_svc": (lambda: CalibratedClassifierCV(LinearSVC(), cv=2), False, {}),
    "lda": (LinearDiscriminantAnalysis, False, {}),
    "qda": (lambda: make_pipeline(PCA(8, random_state=0), QuadraticDiscriminantAnalysis()), False, {}),
    "gaussian_nb": (lambda: GaussianNB(var_smoothing=1e-2), False, {}),
    "multinomial_nb": (MultinomialNB, False, {}),
}


def round_parameters(estimator: object, seen: set[int]) -> None:
    """Rounds what was learnt to float32, which is what the file holds."""
    if id(estimator) in seen:
        return
    seen.add(id(estimator))
    for name, value in vars(estimator).items():
        if isinstance(value, np.ndarray) and value.dtype == np.float64:
            setattr(estimator, name, value.astype(np.float32).astype(np.float64))
        elif isinstance(value, list):
            if value and all(isinstance(item, np.ndarray) and item.dtype == np.float64 for item in value):
                setattr(estimator, name, [item.astype(np.float32).astype(np.float64) for item in value])
            for item in value:
                inner = item[1] if isinstance(item, tuple) and len(item) > 1 else item
                if hasattr(inner, "__dict__"):
                    round_parameters(inner, seen)
        elif isinstance(value, BaseEstimator):
            round_parameters(value, seen)


def scores_of(estimator: BaseEstimator) -> dict[str, Callable[[np.ndarray], np.ndarray]]:
    """What a converter may take for the scores: rows of pictures -> rows of scores in float64."""
    found = {}
    if hasattr(estimator, "predict_proba"):
        found["predict_proba"] = estimator.predict_proba
    if hasattr(estimator, "decision_function"):
        found["decision_function"] = lambda rows: both_sides(estimator.decision_function(rows))
    return found


def both_sides(scores: np.ndarray) -> np.ndarray:
    return scores if scores.ndim == 2 else np.stack([-scores, scores], axis=1)


def gradient_at(scores: Callable[[np.ndarray], np.ndarray], x: np.ndarray, target: int) -> np.ndarray:
    """Of the fourth order: the logits of a linear discriminant change by 1e4 and more where a pixel hardly varies."""
    steps = STEP * np.eye(x.size)
    near, far = ((scores(x + reach * steps)[:, target] - scores(x - reach * steps)[:, target]) / (2 * reach * STEP) for reach in (1, 2))
    return (4 * near - far) / 3


def error_of(measured: float | None) -> float:
    return float("inf") if measured is None else measured


def write(name: str, folder: Path) -> None:
    make, two, settings = ESTIMATORS[name]
    pictures, digits = load_digits(return_X_y=True)
    pictures = pictures / 16
    if two:
        kept = (digits == 3) | (digits == 8)
        pictures, digits = pictures[kept], digits[kept]
    estimator = make().fit(pictures[100:], digits[100:])
    round_parameters(estimator, set())
    x = (pictures[3:4] * 0.98 + 0.01).astype(np.float32)
    last = estimator.steps[-1][1] if hasattr(estimator, "steps") else estimator
    model = skl2onnx.to_onnx(estimator, x, options={id(last): settings} if settings else None)
    path = folder / "model.onnx"
    path.write_bytes(model.SerializeToString())
    exact = x.astype(np.float64)
    # The converter decides which scores the file has, so those are the right ones that are nearest to what the file computes.
    candidates = scores_of(estimator)
    kind = min(candidates, key=lambda each: error_of(onnxruntime_error(path, x, candidates[each](exact))))
    scores = candidates[kind]
    order = np.argsort(scores(exact)[0])
    # Where a probability is nearly 1, little is left of its differences; the one of the next class is small, but exact.
    target = int(order[-2] if kind == "predict_proba" and scores(exact)[0].max() > 1 - 1e-4 else order[-1])
    integrals = exact[0] * sum(gradient_at(scores, exact * (step + 0.5) / STEPS, target) for step in range(STEPS)) / STEPS
    facts = {"family": type(last).__name__, "architecture": name, "exporter": "skl2onnx", "scoresOf": kind}
    write_case(folder, x, scores(exact), target, gradient_at(scores, exact, target).reshape(x.shape), integrals.reshape(x.shape), **facts)


def main() -> None:
    given = options(__doc__).parse_intermixed_args()
    warnings.filterwarnings("ignore")
    cases = {f"sklearn_{name}": Case("scikit-learn", name, "skl2onnx", lambda folder, name=name: write(name, folder)) for name in ESTIMATORS}
    export_all(given, "scikit-learn", f"scikit-learn {sklearn.__version__}, skl2onnx {skl2onnx.__version__}.", cases)


if __name__ == "__main__":
    main()
