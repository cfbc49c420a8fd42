"""transformers, where it is installed, and weights from a local directory: nothing is ever downloaded."""

from __future__ import annotations

import hashlib
import importlib
from pathlib import Path
from types import ModuleType
from typing import Any

from torch import Tensor

from harness.api import PluginError, TrainingError
from harness_cough.models.parameters import LocalWeightsParameters


def transformers(model: str) -> ModuleType:
    """Return the library, or raise :class:`PluginError` that names the extra to install."""
    try:
        from harness.api import torchaudio  # noqa: F401 - transformers imports it: first as the harness does

        return importlib.import_module("transformers")
    except ImportError as error:
        raise PluginError(
            f"model {model!r} needs the library transformers, which is not installed ({error}): "
            "pip install 'mtl-harness[transformers]'"
        ) from error


def configuration(model: str, config_class: Any, parameters: LocalWeightsParameters, values: Any) -> Any:
    """Return the configuration of ``values``, or of the directory of weights: then ``values`` must agree with it.

    Raises:
        TrainingError: no ``config.json`` in the directory, or one of another network.
    """
    if parameters.weights is None:
        return config_class(**values)
    path = _file(model, parameters.weights, "config.json")
    config = config_class.from_json_file(path)
    if config.model_type != config_class.model_type:
        raise TrainingError(
            f"{model}: {path} is a {config.model_type}; a {config_class.model_type} is needed"
        )
    other = {name: getattr(config, name) for name, value in values.items() if getattr(config, name) != value}
    if other:
        wanted = {name: values[name] for name in other}
        raise TrainingError(f"{model}: {path} has {other}, but the study asks for {wanted}")
    return config


def load_state(model: str, network_class: Any, parameters: LocalWeightsParameters) -> dict[str, Tensor]:
    """Return the tensors of the directory's network, under transformers' names of today, without a classifier's top.

    Raises:
        TrainingError: no ``model.safetensors``, its SHA-256 is not the one of the study, or tensors are missing.
    """
    path = _file(model, str(parameters.weights), "model.safetensors")
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != parameters.sha256:
        raise TrainingError(f"{model}: {path} has SHA-256 {found}, but sha256 says {parameters.sha256}")
    transformers(model).utils.logging.disable_progress_bar()
    network, info = network_class.from_pretrained(
        path.parent, local_files_only=True, use_safetensors=True, output_loading_info=True
    )
    if missing := sorted(info["missing_keys"]):
        raise TrainingError(f"{model}: {path} lacks {len(missing)} tensors, such as {', '.join(missing[:3])}")
    state: dict[str, Tensor] = network.state_dict()
    return state


def _file(model: str, weights: str, name: str) -> Path:
    path = Path(weights).expanduser() / name
    if not path.is_file():
        raise TrainingError(
            f"{model}: weights {weights!r}: no file {path}; a directory with config.json and model.safetensors is "
            "needed, as transformers' save_pretrained writes it. Nothing is downloaded"
        )
    return path
