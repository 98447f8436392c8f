"""What several apps need and none owns: calendar, Chinese text, pinyin, QR codes, rate limits.

It holds no models and no domain rules, and imports no other app.
Every app may import it.
"""
