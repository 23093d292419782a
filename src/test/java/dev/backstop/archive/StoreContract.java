package dev.backstop.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What holds for every store. */
abstract class StoreContract {

	static final int MEBIBYTE = 1024 * 1024;

	abstract Store store();

	/** What is kept of all contents, finished or not. */
	abstract Iterable<?> leftovers();

	/** The key of bytes that are on their way. */
	abstract UUID begin();

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, PostgresStore.CHUNK_SIZE - 1, PostgresStore.CHUNK_SIZE, PostgresStore.CHUNK_SIZE + 1,
			S3Store.PART_SIZE - 1, S3Store.PART_SIZE, S3Store.PART_SIZE + 1, 2 * S3Store.PART_SIZE, 20 * MEBIBYTE })
	void keepsBytesAsTheyAre(int size) throws IOException {
		var bytes = Bytes.random(size);

		var content = keep(bytes);

		assertThat(read(content, size, 0)).isEqualTo(bytes);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, PostgresStore.CHUNK_SIZE - 1, PostgresStore.CHUNK_SIZE, PostgresStore.CHUNK_SIZE + 1,
			S3Store.PART_SIZE - 1, S3Store.PART_SIZE, S3Store.PART_SIZE + 1, 9 * MEBIBYTE - 1, 9 * MEBIBYTE })
	void readsFromAnOffset(int offset) throws IOException {
		var bytes = Bytes.random(9 * MEBIBYTE);
		var content = keep(bytes);

		var read = read(content, bytes.length, offset);

		assertThat(read).isEqualTo(Arrays.copyOfRange(bytes, offset, bytes.length));
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 1000, PostgresStore.CHUNK_SIZE, 3 * MEBIBYTE })
	void skipsBetweenReads(int gap) throws IOException {
		var bytes = Bytes.random(5 * MEBIBYTE);
		var content = keep(bytes);

		try (var stream = store().read(content, bytes.length)) {
			assertThat(stream.skip(10)).isEqualTo(10);
			assertThat(stream.readNBytes(20)).isEqualTo(Arrays.copyOfRange(bytes, 10, 30));
			assertThat(stream.skip(gap)).isEqualTo(gap);
			assertThat(stream.read()).isEqualTo(Byte.toUnsignedInt(bytes[30 + gap]));
			assertThat(stream.readAllBytes()).isEqualTo(Arrays.copyOfRange(bytes, 31 + gap, bytes.length));
			assertThat(stream.read()).isEqualTo(-1);
		}
	}

	@Test
	void skipsToTheEndAndNotBeyond() throws IOException {
		var content = keep(Bytes.random(1000));

		try (var stream = store().read(content, 1000)) {
			assertThat(stream.skip(-1)).isZero();
			assertThat(stream.skip(Long.MAX_VALUE)).isEqualTo(1000);
			assertThat(stream.skip(1)).isZero();
			assertThat(stream.read()).isEqualTo(-1);
			assertThat(stream.read(new byte[10], 0, 10)).isEqualTo(-1);
		}
	}

	@Test
	void readsIntoAPartOfAnArray() throws IOException {
		var content = keep(new byte[] { 1, 2, 3 });
		var target = new byte[5];

		try (var stream = store().read(content, 3)) {
			assertThat(stream.read(target, 1, 0)).isZero();
			assertThat(stream.read(target, 1, 2)).isEqualTo(2);
			assertThatThrownBy(() -> stream.read(target, 4, 2)).isInstanceOf(IndexOutOfBoundsException.class);
		}

		assertThat(target).containsExactly(0, 1, 2, 0, 0);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, PostgresStore.CHUNK_SIZE, PostgresStore.CHUNK_SIZE + 1, S3Store.PART_SIZE,
			S3Store.PART_SIZE + 1, 20 * MEBIBYTE })
	void keepsNothingOfAFileThatDoesNotComeToItsEnd(int size) {
		var failure = new FetchException.Failed("reset");

		assertThatThrownBy(() -> store().write(begin(), Bytes.interruptedBy(size, () -> {
			throw failure;
		}))).isSameAs(failure).hasNoSuppressedExceptions();

		assertThat(leftovers()).isEmpty();
	}

	@Test
	void keepsNothingWhereTheThreadIsInterrupted() {
		var failure = new IOException("interrupted");

		assertThatThrownBy(() -> store().write(begin(), Bytes.interruptedBy(20 * MEBIBYTE, () -> {
			Thread.currentThread().interrupt();
			throw failure;
		}))).isSameAs(failure).hasNoSuppressedExceptions();

		assertThat(Thread.interrupted()).isTrue();
		assertThat(leftovers()).isEmpty();
	}

	@Test
	void deletesWhatThereIs() throws IOException {
		var other = Bytes.random(9 * MEBIBYTE);
		var content = keep(Bytes.random(60 * MEBIBYTE));
		var kept = keep(other);

		store().delete(content);
		store().delete(content);

		assertThatIOException().isThrownBy(() -> read(content, 60 * MEBIBYTE, 0));
		assertThat(read(kept, other.length, 0)).isEqualTo(other);
		store().delete(kept);
		assertThat(leftovers()).isEmpty();
	}

	@Test
	void takesSeveralAtTheSameTime() throws Exception {
		try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
			var tasks = IntStream.range(0, 4).mapToObj((number) -> (Callable<Void>) () -> {
				var bytes = Bytes.random(9 * MEBIBYTE + number);
				assertThat(read(keep(bytes), bytes.length, 0)).isEqualTo(bytes);
				return null;
			}).toList();
			for (var future : executor.invokeAll(tasks)) {
				future.get();
			}
		}
	}

	@Test
	void failsToReadWhatIsNotThere() {
		assertThatIOException().isThrownBy(() -> read(UUID.randomUUID(), 1, 0));
		assertThatIOException().isThrownBy(() -> read(UUID.randomUUID(), 1000, 500));
	}

	@ParameterizedTest
	@ValueSource(ints = { -MEBIBYTE, -1, 1, MEBIBYTE })
	void failsToReadWhatIsShorterOrLongerThanItWas(int difference) throws IOException {
		var size = 2 * MEBIBYTE + 5;
		var content = keep(Bytes.random(size));

		assertThatIOException().isThrownBy(() -> read(content, size + difference, 0));
		assertThatIOException().isThrownBy(() -> read(content, size + difference, size + difference - 1));
	}

	@Test
	void mayBeClosedEarly() throws IOException {
		var bytes = Bytes.random(20 * MEBIBYTE);
		var content = keep(bytes);

		var stream = store().read(content, bytes.length);
		stream.readNBytes(10);
		stream.close();
		stream.close();
		store().read(content, bytes.length).close();

		assertThatIOException().isThrownBy(stream::read);
		assertThat(read(content, bytes.length, 0)).isEqualTo(bytes);
	}

	UUID keep(byte[] bytes) throws IOException {
		var content = begin();
		store().write(content, new Trickle(bytes));
		return content;
	}

	byte[] read(UUID content, long size, long offset) throws IOException {
		try (var stream = store().read(content, size)) {
			stream.skipNBytes(offset);
			return stream.readAllBytes();
		}
	}

	/** Gives less than it is asked for, as a network does. */
	private static final class Trickle extends InputStream {

		private final InputStream bytes;

		Trickle(byte[] bytes) {
			this.bytes = new ByteArrayInputStream(bytes);
		}

		@Override
		public int read() throws IOException {
			return this.bytes.read();
		}

		@Override
		public int read(byte[] target, int offset, int length) throws IOException {
			return this.bytes.read(target, offset, Math.min(length, 14_600));
		}

	}

}
