package dev.backstop.simulator;

/** What sort of file a name stands for. */
public enum FileKind {

	IMAGE("png", "image/png"), VIDEO("mp4", "video/mp4"), DOCUMENT("pdf", "application/pdf");

	private final String extension;

	private final String contentType;

	FileKind(String extension, String contentType) {
		this.extension = extension;
		this.contentType = contentType;
	}

	String extension() {
		return this.extension;
	}

	public String contentType() {
		return this.contentType;
	}

}
