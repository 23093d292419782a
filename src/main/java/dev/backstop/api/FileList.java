package dev.backstop.api;

import java.util.List;

import dev.backstop.archive.ArchivedFile;

/**
 * All files that a verification was ever given.
 *
 * @param items the newest version first
 */
record FileList(List<FileJson> items) {

	static FileList of(List<ArchivedFile> files) {
		return new FileList(files.stream().map(FileJson::of).toList());
	}

}
