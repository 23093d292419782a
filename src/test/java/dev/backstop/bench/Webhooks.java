package dev.backstop.bench;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;

import dev.backstop.Database;

/** Webhooks that never repeat, and the memory of which were acknowledged. */
final class Webhooks {

	private static final AtomicLong numbers = new AtomicLong();

	private static final int AT_ONCE = 10_000;

	private final ConcurrentLinkedQueue<LongStream.Builder> acknowledged = new ConcurrentLinkedQueue<>();

	private final List<WebhookShape> shapes;

	Webhooks(List<WebhookShape> shapes) {
		this.shapes = shapes;
	}

	static long nextNumber() {
		return numbers.incrementAndGet();
	}

	/** One who sends them on a connection of its own. */
	Caller sender(int port) {
		var mine = LongStream.builder();
		this.acknowledged.add(mine);
		var connection = new HttpConnection(port);
		var mac = WebhookShape.mac();
		return new Caller() {

			@Override
			public boolean call() throws Exception {
				long number = nextNumber();
				var shape = Webhooks.this.shapes.get((int) (number % Webhooks.this.shapes.size()));
				try {
					boolean taken = connection.exchange(shape.request(number, mac)) == 200;
					if (taken) {
						mine.add(number);
					}
					return taken;
				}
				catch (Exception ex) {
					connection.close();
					throw ex;
				}
			}

			@Override
			public void close() throws Exception {
				connection.close();
			}

		};
	}

	/**
	 * Looks for every acknowledged one in the database, once everybody has stopped.
	 * @return how many there are
	 */
	long requireKept(Database database) {
		var all = this.acknowledged.stream().flatMapToLong(LongStream.Builder::build).toArray();
		var jdbc = Postgres.jdbc(database);
		long missing = 0;
		for (int from = 0; from < all.length; from += AT_ONCE) {
			var scanRefs = LongStream.of(all).skip(from).limit(AT_ONCE).mapToObj(WebhookShape::scanRef);
			missing += jdbc.sql("""
					select count(*) from unnest(?) sent(scan_ref)
					where not exists (select from delivery d where d.scan_ref = sent.scan_ref)
						or not exists (select from verification v where v.scan_ref = sent.scan_ref)""")
				.param(scanRefs.toArray(String[]::new))
				.query(Long.class)
				.single();
		}
		if (missing > 0) {
			throw new IllegalStateException("Of %d acknowledged webhooks %d are lost".formatted(all.length, missing));
		}
		return all.length;
	}

}
