"""Turning one film into everything a screen may ask for, with ffmpeg.

It knows files and folders, neither database nor pages.
Jobs call `transcode`; upload calls `probing`.
"""
