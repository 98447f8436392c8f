"""Quiet music for the films, made of sines: a slow broken chord over a soft ground. No recording is used."""

import random
import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 24_000
_BEAT = 0.75
_PHRASE = 8
_RING = 3.2
_LOUDEST = 0.16
# Semitones above the ground tone: the five notes of gong mode, over two octaves.
_GONG = (0, 2, 4, 7, 9, 12, 14, 16)
_GROUND_TONES = (174.61, 196.00, 220.00, 164.81)


def write_music(path: Path, seconds: float, seed: str) -> None:
    """Write `seconds` of music to the WAV file `path`; the same `seed` gives the same music."""
    sound = _music(seconds, random.Random(seed))  # noqa: S311  a melody, no secret
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((sound * 32767).astype("<i2").tobytes())


def _music(seconds: float, chance: random.Random) -> NDArray[np.float64]:
    length = round(seconds * RATE)
    ring = round(_RING * RATE)
    sound = np.zeros(length + ring)
    ground = chance.choice(_GROUND_TONES)
    bells = [_bell(ground * 2 ** (step / 12), ring) for step in _GONG]
    place = chance.randrange(len(_GONG))
    for beat in range(int(seconds / _BEAT)):
        place = min(max(place + chance.choice((-2, -1, -1, 1, 1, 2)), 0), len(_GONG) - 1)
        if (beat + 1) % _PHRASE == 0:
            continue  # a breath
        start = round(beat * _BEAT * RATE)
        sound[start : start + ring] += bells[place] * (1.0 if beat % 4 == 0 else 0.6)
    sound = sound[:length]
    time = np.arange(length) / RATE
    swell = 0.5 + 0.5 * np.sin(2 * np.pi * time / 11)
    sound += 0.22 * swell * (np.sin(np.pi * ground * time) + 0.5 * np.sin(1.5 * np.pi * ground * time))
    fade = min(round(1.2 * RATE), length // 3)
    edge = np.linspace(0, 1, fade)
    sound[:fade] *= edge
    sound[length - fade :] *= edge[::-1]
    return np.asarray(sound / max(np.abs(sound).max(), 1e-9) * _LOUDEST)


def _bell(hertz: float, ring: int) -> NDArray[np.float64]:
    time = np.arange(ring) / RATE
    tone = sum(
        share * np.sin(2 * np.pi * hertz * partial * time) * np.exp(-time * decay)
        for partial, share, decay in ((1, 1.0, 1.6), (2, 0.35, 2.6), (3, 0.12, 4.0))
    )
    rise = np.minimum(time / 0.03, 1)
    return np.asarray(tone * rise * np.minimum((_RING - time) / 0.2, 1))
