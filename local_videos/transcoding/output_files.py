"""The names of the files that a prepared film consists of, in the folder of its job."""

# The playlist that names all qualities. Each quality is a folder with a playlist and its segments.
MASTER = "master.m3u8"
PLAYLIST = "index.m3u8"
INIT = "init.mp4"
# Named .mp4 because servers know that type and many do not know .m4s.
SEGMENT = "%05d.mp4"
# The folder of the sound alone.
SOUND_ONLY = "sound"
# The smallest quality in one file, for boxes whose browser cannot join segments.
PROGRESSIVE = "film.mp4"
POSTER = "poster.jpg"
# Frames from all over the film, for an editor to choose the poster from: at these shares of its length.
POSTER_MOMENTS = (0.1, 0.3, 0.5, 0.7, 0.9)
NUMBERED_POSTER = "poster-%d.jpg"
POSTER_CHOICES = tuple(NUMBERED_POSTER % number for number in range(1, len(POSTER_MOMENTS) + 1))
# One picture that holds many small ones, and which second of the film each of them shows.
THUMBNAILS = "thumbs.jpg"
THUMBNAILS_TRACK = "thumbs.vtt"
# Written last: a folder that has it is whole.
MANIFEST = "manifest.json"
