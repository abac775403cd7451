"""The words of a call as sound, offline: number words, voice packs, and one file made of their clips."""
