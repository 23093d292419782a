package dev.backstop.archive;

import java.io.IOException;
import java.util.List;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** The stores that are set up: one to write to, each to read what was kept there. */
@Component
class Stores {

	private final PostgresStore postgres;

	private final ObjectProvider<S3Store> s3;

	Stores(PostgresStore postgres, ObjectProvider<S3Store> s3) {
		this.postgres = postgres;
		this.s3 = s3;
	}

	/** Those that can be reached. */
	List<ArchiveProperties.Kind> kinds() {
		return (this.s3.getIfAvailable() != null) ? List.of(ArchiveProperties.Kind.POSTGRES, ArchiveProperties.Kind.S3)
				: List.of(ArchiveProperties.Kind.POSTGRES);
	}

	/** The store that content is in. */
	Store of(ArchiveContent content) throws IOException {
		var store = (content.store() == ArchiveProperties.Kind.S3) ? this.s3.getIfAvailable() : this.postgres;
		if (store == null) {
			throw new IOException(
					"The file is kept in S3: set backstop.archive.s3, even if new ones are kept elsewhere");
		}
		return store;
	}

}
