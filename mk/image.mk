# Images: built by the annotator (see docs/ARCHITECTURE.md).
