package dev.backstop.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Keeps bytes in the database, a chunk a row. */
class PostgresStore implements Store {

	/** Never to be changed: it says where in a chunk a byte is. */
	static final int CHUNK_SIZE = 256 * 1024;

	/** What goes in a small part of the time that a statement has. */
	private static final int DELETED_AT_ONCE = 100;

	private final JdbcClient database;

	PostgresStore(JdbcClient database) {
		this.database = database;
	}

	@Override
	public void write(UUID content, InputStream bytes) throws IOException {
		var number = 0;
		try {
			var buffer = new byte[CHUNK_SIZE];
			for (int length; (length = bytes.readNBytes(buffer, 0, CHUNK_SIZE)) > 0; number++) {
				insert(content, number, (length < CHUNK_SIZE) ? Arrays.copyOf(buffer, length) : buffer);
			}
		}
		catch (IOException | RuntimeException | Error ex) {
			// the last one may be there, too, whatever the database has told
			var last = number;
			Undo.after(ex, () -> delete(content, last));
			throw ex;
		}
	}

	private void insert(UUID content, int number, byte[] chunk) {
		this.database.sql("insert into archive_chunk (content, number, bytes) values (?, ?, ?)")
			.params(content, number, chunk)
			.update();
	}

	@Override
	public InputStream read(UUID content, long size) {
		return new Chunks(content, size);
	}

	@Override
	public void delete(UUID content) {
		delete(content,
				this.database.sql("select coalesce(max(number), -1) from archive_chunk where content = ?")
					.param(content)
					.query(Integer.class)
					.single());
	}

	private void delete(UUID content, int last) {
		for (int first = 0; first <= last; first += DELETED_AT_ONCE) {
			this.database.sql("delete from archive_chunk where content = ? and number >= ? and number < ?")
				.params(content, first, first + DELETED_AT_ONCE)
				.update();
		}
	}

	/** Holds one chunk, and nothing in the database. */
	private final class Chunks extends StoredBytes {

		private final UUID content;

		private final long size;

		private int number = -1;

		private byte @Nullable [] chunk;

		Chunks(UUID content, long size) {
			super(size);
			this.content = content;
			this.size = size;
		}

		@Override
		int fetch(long position, byte[] target, int offset, int length) throws IOException {
			var chunk = chunk((int) (position / CHUNK_SIZE));
			var start = (int) (position % CHUNK_SIZE);
			var count = Math.min(length, chunk.length - start);
			System.arraycopy(chunk, start, target, offset, count);
			return count;
		}

		private byte[] chunk(int number) throws IOException {
			if (this.chunk == null || this.number != number) {
				this.chunk = null;
				this.chunk = load(number);
				this.number = number;
			}
			return this.chunk;
		}

		private byte[] load(int number) throws IOException {
			var expected = (int) Math.min(CHUNK_SIZE, this.size - (long) number * CHUNK_SIZE);
			try {
				return PostgresStore.this.database
					.sql("select bytes from archive_chunk where content = ? and number = ?")
					.params(this.content, number)
					.query((row, _) -> row.getBytes(1))
					.optional()
					.filter((bytes) -> bytes.length == expected)
					.orElseThrow(() -> new IOException(
							"Chunk %d of %s is not there with its %d bytes".formatted(number, this.content, expected)));
			}
			catch (DataAccessException ex) {
				throw new StoreException("Chunk %d of %s cannot be read".formatted(number, this.content), ex);
			}
		}

		@Override
		void release() {
			this.chunk = null;
		}

	}

}
