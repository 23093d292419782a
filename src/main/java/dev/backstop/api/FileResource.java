package dev.backstop.api;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

import dev.backstop.archive.Archive;
import dev.backstop.archive.ArchivedFile;

import org.springframework.core.io.AbstractResource;

/** The bytes of a file, of which Spring serves the ranges that are asked for. */
final class FileResource extends AbstractResource {

	private final Archive archive;

	private final ArchivedFile file;

	FileResource(Archive archive, ArchivedFile file) {
		this.archive = archive;
		this.file = file;
	}

	@Override
	public long contentLength() {
		return Objects.requireNonNull(this.file.size());
	}

	@Override
	public InputStream getInputStream() throws IOException {
		return this.archive.open(this.file);
	}

	@Override
	public String getDescription() {
		return "file " + this.file.id();
	}

}
