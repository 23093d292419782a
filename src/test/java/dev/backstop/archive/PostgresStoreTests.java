package dev.backstop.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.UUID;

import com.zaxxer.hikari.HikariDataSource;
import dev.backstop.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.data.jpa.test.autoconfigure.DataJpaTest;
import org.springframework.context.annotation.Import;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

@DataJpaTest
@Import(TestDatabase.class)
@Transactional(propagation = Propagation.NOT_SUPPORTED)
class PostgresStoreTests extends StoreContract {

	@Autowired
	private JdbcClient database;

	@Autowired
	private HikariDataSource connections;

	@BeforeEach
	void empty() {
		this.database.sql("truncate archive_chunk, archive_content cascade").update();
	}

	@Override
	Store store() {
		return new PostgresStore(this.database);
	}

	@Override
	List<?> leftovers() {
		return this.database.sql("select content, number from archive_chunk").query().listOfRows();
	}

	@Override
	UUID begin() {
		var content = UUID.randomUUID();
		this.database.sql("insert into archive_content (id, store, begun_at) values (?, 'POSTGRES', now())")
			.param(content)
			.update();
		return content;
	}

	@Test
	void readsNoChunkThatIsSkipped() throws IOException {
		var bytes = Bytes.random(3 * PostgresStore.CHUNK_SIZE);
		var content = keep(bytes);
		lose(content, 0);

		assertThat(read(content, bytes.length, PostgresStore.CHUNK_SIZE)).hasSize(2 * PostgresStore.CHUNK_SIZE);
	}

	@Test
	void failsAtAChunkThatIsLost() throws IOException {
		var bytes = Bytes.random(3 * PostgresStore.CHUNK_SIZE);
		var content = keep(bytes);
		lose(content, 1);

		try (var stream = store().read(content, bytes.length)) {
			stream.readNBytes(PostgresStore.CHUNK_SIZE);

			assertThatIOException().isThrownBy(stream::read).withMessageContaining("Chunk 1 of " + content);
		}
	}

	@Test
	void keepsNothingOfAFileThatTheDatabaseRefuses() {
		this.database.sql("alter table archive_chunk add constraint small check (number < 3)").update();
		try {
			assertThatExceptionOfType(DataIntegrityViolationException.class)
				.isThrownBy(() -> keep(Bytes.random(MEBIBYTE)))
				.satisfies((ex) -> assertThat(ex).hasNoSuppressedExceptions());
		}
		finally {
			this.database.sql("alter table archive_chunk drop constraint small").update();
		}

		assertThat(leftovers()).isEmpty();
	}

	@Test
	void holdsNoConnectionWhileItWaits() throws IOException {
		var content = begin();
		var size = MEBIBYTE;

		store().write(content, new InputStream() {

			private int left = size;

			@Override
			public int read() {
				throw new UnsupportedOperationException();
			}

			@Override
			public int read(byte[] target, int offset, int length) {
				assertNoneIsHeld();
				var count = Math.min(this.left, length);
				this.left -= count;
				return (count > 0) ? count : -1;
			}

		});

		try (var stream = store().read(content, size)) {
			while (stream.skip(1000) > 0 && stream.read() != -1) {
				assertNoneIsHeld();
			}
		}
	}

	private void assertNoneIsHeld() {
		assertThat(this.connections.getHikariPoolMXBean().getActiveConnections()).isZero();
	}

	private void lose(UUID content, int number) {
		this.database.sql("delete from archive_chunk where content = ? and number = ?")
			.params(content, number)
			.update();
	}

}
