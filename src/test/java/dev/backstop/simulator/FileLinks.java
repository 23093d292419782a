package dev.backstop.simulator;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Links to files in the manner of S3: good for a while, for whoever holds them. */
final class FileLinks {

	private static final Pattern PATH = Pattern.compile("/files/(?<scanRef>[^/]+)/(?<name>[^/]+)\\.(png|mp4|pdf)");

	private static final Pattern QUERY = Pattern
		.compile("AWSAccessKeyId=AKIAEXAMPLE&Signature=(?<signature>[^&]+)&Expires=(?<expires>\\d{1,18})");

	private final URI base;

	private final Clock clock;

	private final Duration lifetime;

	private final long fileSize;

	private final Signing signing = new Signing("storage-key");

	FileLinks(URI base, Clock clock, Duration lifetime, long fileSize) {
		this.base = base;
		this.clock = clock;
		this.lifetime = lifetime;
		this.fileSize = fileSize;
	}

	String link(SimulatedVerification verification, String name, FileKind kind, int round) {
		var path = "/files/%s/%s.%s".formatted(verification.scanRef(), name, kind.extension());
		var expires = this.clock.instant().plus(this.lifetime).getEpochSecond();
		return "%s%s?AWSAccessKeyId=AKIAEXAMPLE&Signature=%s&Expires=%d".formatted(this.base, path,
				signature(path, expires, round), expires);
	}

	static Optional<String> scanRef(URI uri) {
		var path = PATH.matcher(uri.getPath());
		return path.matches() ? Optional.of(path.group("scanRef")) : Optional.empty();
	}

	/** What a fault for this file alone goes by. */
	static Optional<String> subject(URI uri) {
		var path = PATH.matcher(uri.getPath());
		return path.matches() ? Optional.of(path.group("scanRef") + "/" + path.group("name")) : Optional.empty();
	}

	FileBytes file(SimulatedVerification verification, String name) {
		return file(verification, name, verification.state().round());
	}

	FileBytes file(SimulatedVerification verification, String name, int round) {
		return verification.file(name, round, this.fileSize);
	}

	Answer answer(URI uri, Map<String, SimulatedVerification> verifications) {
		var path = PATH.matcher(uri.getPath());
		var query = QUERY.matcher(Optional.ofNullable(uri.getRawQuery()).orElse(""));
		if (!path.matches() || !verifications.containsKey(path.group("scanRef"))) {
			return Answer.xml(404, "NoSuchKey", "The specified key does not exist.");
		}
		if (!query.matches()) {
			return Answer.xml(403, "AccessDenied", "Access Denied");
		}
		var expires = Long.parseLong(query.group("expires"));
		if (this.clock.instant().getEpochSecond() >= expires) {
			return Answer.xml(403, "AccessDenied", "Request has expired");
		}
		var verification = verifications.get(path.group("scanRef"));
		for (var round = verification.state().round(); round > 0; round--) {
			if (signature(uri.getPath(), expires, round).equals(query.group("signature"))) {
				return Answer.of(file(verification, path.group("name"), round));
			}
		}
		return Answer.xml(403, "SignatureDoesNotMatch",
				"The request signature we calculated does not match the signature you provided.");
	}

	private String signature(String path, long expires, int round) {
		var hmac = this.signing.hmac((path + '\n' + expires + '\n' + round).getBytes(StandardCharsets.UTF_8));
		return URLEncoder.encode(Base64.getEncoder().encodeToString(Arrays.copyOf(hmac, 20)), StandardCharsets.UTF_8);
	}

}
