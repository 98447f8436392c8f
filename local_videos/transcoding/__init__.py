"""Turning one film into everything a screen may ask for, with ffmpeg.

It knows files and folders, neither database nor pages. `plan` decides, the other modules carry the plan out.
Jobs call `transcode`; upload calls `probing`; playback reads `output_files`; checks and jobs ask `ladder`.
"""
