package dev.backstop.api;

import java.util.List;

import dev.backstop.archive.ArchivedFile;
import io.swagger.v3.oas.annotations.media.Schema;

/** All files that a verification was ever given. */
record FileList(@Schema(description = "The newest version first") List<FileJson> items) {

	static FileList of(List<ArchivedFile> files) {
		return new FileList(files.stream().map(FileJson::of).toList());
	}

}
