package dev.backstop.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.springframework.core.io.ClassPathResource;

/**
 * A webhook of the samples that is about another verification each time: as bytes with a
 * few places to fill, so that it costs next to nothing to make one.
 */
final class WebhookShape {

	private static final String SCAN_REF = "328c6766-934e-11ed-bb9b-025ad99a18e7";

	private static final String CLIENT_ID = "W2GL2K333Y";

	private static final String EXTERNAL_REF = "order-2026-000123";

	private static final String LINK_DEATH = "Expires=1772806200";

	private static final String UNSIGNED = "0".repeat(64);

	/** What iDenfy sends for most verifications, from 2.6 to 4.7 KB. */
	static final List<WebhookShape> ALL = shapes("");

	/** The same without links to files. */
	static final List<WebhookShape> WITHOUT_LINKS = shapes("\"https://[^\"]*\"");

	private final String name;

	private final byte[] request;

	private final int bodyStart;

	private final int signature;

	private final int[] scanRefs;

	private final int[] clientIds;

	private final int[] externalRefs;

	private WebhookShape(String name, String eventType, String body) {
		var length = body.getBytes(StandardCharsets.UTF_8).length;
		var head = """
				POST /webhooks/idenfy HTTP/1.1\r
				Host: localhost\r
				Content-Type: application/json\r
				Idenfy-Event-Type: %s\r
				Idenfy-Signature: %s\r
				Content-Length: %d\r
				\r
				""".formatted(eventType, UNSIGNED, length);
		this.name = name;
		this.request = (head + body).getBytes(StandardCharsets.UTF_8);
		this.bodyStart = head.length();
		this.signature = places(UNSIGNED)[0];
		this.scanRefs = places(SCAN_REF);
		this.clientIds = places(CLIENT_ID);
		this.externalRefs = places(EXTERNAL_REF);
	}

	private static List<WebhookShape> shapes(String removed) {
		var automatic = "IDENTIFICATION_AUTO_FINISHED";
		var manual = "IDENTIFICATION_MANUAL_FINISHED";
		return List.of(shape("webhook-approved", manual, removed), shape("webhook-denied", manual, removed),
				shape("webhook-suspected", automatic, removed), shape("webhook-auto-non-final", automatic, removed),
				shape("webhook-auto-final-approved", automatic, removed),
				shape("webhook-approved-compact-escaped", manual, removed));
	}

	private static WebhookShape shape(String name, String eventType, String removed) {
		try {
			var body = new ClassPathResource("samples/" + name + ".json").getContentAsString(StandardCharsets.UTF_8);
			var alive = "Expires=" + Instant.now().plus(Duration.ofDays(1)).getEpochSecond();
			return new WebhookShape(name, eventType,
					(removed.isEmpty() ? body : body.replaceAll(removed, "null")).replace(LINK_DEATH, alive));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private int[] places(String sought) {
		var wanted = sought.getBytes(StandardCharsets.UTF_8);
		var places = new ArrayList<Integer>();
		for (int i = 0; i <= this.request.length - wanted.length; i++) {
			if (Arrays.equals(this.request, i, i + wanted.length, wanted, 0, wanted.length)) {
				places.add(i);
			}
		}
		return places.stream().mapToInt(Integer::intValue).toArray();
	}

	/** One that does not repeat, signed. */
	byte[] request(long number, Mac mac) throws GeneralSecurityException {
		var filled = this.request.clone();
		fill(filled, this.scanRefs, scanRef(number));
		fill(filled, this.clientIds, clientId(number));
		fill(filled, this.externalRefs, "order-%011d".formatted(number));
		mac.update(filled, this.bodyStart, filled.length - this.bodyStart);
		fill(filled, new int[] { this.signature }, HexFormat.of().formatHex(mac.doFinal()));
		return filled;
	}

	/** The body of a request. */
	byte[] body(byte[] request) {
		return Arrays.copyOfRange(request, this.bodyStart, request.length);
	}

	static Mac mac() {
		try {
			var mac = Mac.getInstance("HmacSHA256");
			mac.init(new SecretKeySpec(Application.SIGNING_KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
			return mac;
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Numbers that follow each other lead to names that lie anywhere in an index. */
	static String scanRef(long number) {
		return new UUID(mixed(number), mixed(~number)).toString();
	}

	static String clientId(long number) {
		return "%010X".formatted(mixed(number) & 0xff_ffff_ffffL);
	}

	// as SplittableRandom does it: no two numbers become the same
	private static long mixed(long number) {
		long mixed = (number ^ (number >>> 30)) * 0xbf58476d1ce4e5b9L;
		mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
		return mixed ^ (mixed >>> 31);
	}

	private static void fill(byte[] request, int[] places, String value) {
		var bytes = value.getBytes(StandardCharsets.ISO_8859_1);
		for (int place : places) {
			System.arraycopy(bytes, 0, request, place, bytes.length);
		}
	}

	@Override
	public String toString() {
		return this.name;
	}

}
