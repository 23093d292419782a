package dev.backstop.archive;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class LinkPolicyTests {

	private static final String SECRETS = "/files/FRONT.png?AWSAccessKeyId=AKIA&Signature=c2VjcmV0&Expires=1772802000";

	private final LinkPolicy policy = new LinkPolicy(Archives.archive().properties());

	@ParameterizedTest
	@ValueSource(strings = { "https://s3.eu-west-1.amazonaws.com", "https://s3.eu-west-1.amazonaws.com:443",
			"HTTPS://S3.EU-West-1.AmazonAWS.com", "https://s3.eu-west-1.amazonaws.com.",
			"https://bucket.s3.eu-west-1.amazonaws.com", "https://a.b.s3.eu-west-1.amazonaws.com" })
	void aLinkToAnAllowedHostIsTakenAsItIs(String origin) throws Exception {
		assertThat(this.policy.check(origin + SECRETS)).hasToString(origin + SECRETS);
	}

	@Test
	void whatIsEscapedStaysEscaped() throws Exception {
		var link = "https://s3.eu-west-1.amazonaws.com/a%2Fb%20c/%C4%8D.png?Signature=x%2By%3D&Expires=1";

		assertThat(this.policy.check(link)).hasToString(link);
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://evil.example", "https://s3.eu-west-1.amazonaws.com.evil.example",
			"https://evil-s3.eu-west-1.amazonaws.com", "https://evils3.eu-west-1.amazonaws.com",
			"https://.s3.eu-west-1.amazonaws.com", "https://s3.eu-west-1.amazonaws.com..", "https://amazonaws.com",
			"https://s3.eu-central-1.amazonaws.com", "https://localhost", "https://LOCALHOST", "https://127.0.0.1",
			"https://[::1]", "https://[::ffff:127.0.0.1]", "https://[fd00:ec2::254]", "https://169.254.169.254",
			"https://52.218.1.1", "https://2130706433", "https://0177.0.0.1", "https://0x7f000001", "https://0x7f.1",
			"https://127.1", "https://0", "https://xn--s3-eu-west-1-amazonaws.com", "https://metadata.google.internal",
			"https://evil.example#@s3.eu-west-1.amazonaws.com", "https://evil.example?@s3.eu-west-1.amazonaws.com",
			"https://evil.example/@s3.eu-west-1.amazonaws.com", "//s3.eu-west-1.amazonaws.com",
			"https:s3.eu-west-1.amazonaws.com", "https:/s3.eu-west-1.amazonaws.com",
			"https:///s3.eu-west-1.amazonaws.com", "s3.eu-west-1.amazonaws.com",
			"https://s3.eu-west-1.amazonaws.com@evil.example", "https://s3.eu-west-1.amazonaws.com:443@evil.example",
			"https://evil.example@s3.eu-west-1.amazonaws.com", "https://@s3.eu-west-1.amazonaws.com",
			"https://s3.eu-west-1.amazonaws.com:pass@s3.eu-west-1.amazonaws.com",
			"https://s3.eu-west-1.amazonaws.com:80", "https://s3.eu-west-1.amazonaws.com:8443",
			"https://s3.eu-west-1.amazonaws.com:0", "https://s3.eu-west-1.amazonaws.com:",
			"https://s3.eu-west-1.amazonaws.com:0443", "https://s3.eu-west-1.amazonaws.com:99999999999",
			"http://s3.eu-west-1.amazonaws.com", "http://s3.eu-west-1.amazonaws.com:443",
			"ftp://s3.eu-west-1.amazonaws.com", "jar:https://s3.eu-west-1.amazonaws.com",
			"file://s3.eu-west-1.amazonaws.com", "file:///etc/passwd", "file:/etc/passwd",
			"gopher://s3.eu-west-1.amazonaws.com", "data:image/png;base64,AAAA", "javascript:alert(1)",
			"https://evil.example\\@s3.eu-west-1.amazonaws.com", "https:\\\\s3.eu-west-1.amazonaws.com",
			"https://s3.eu-west-1.amazonaws.com\\.evil.example", "https://s3.eu-west-1.amazonaws.com%00.evil.example",
			"https://s3.eu-west-1.amazonaws.com%2eevil.example", "https://s3.eu-west-1.amazonaws.com\r\nHost: evil",
			" https://s3.eu-west-1.amazonaws.com", "https://s3.eu-west-1. amazonaws.com", "\thttps://evil.example",
			"https://s3\u3002eu-west-1.amazonaws.com", "https://\uff53\uff13.eu-west-1.amazonaws.com",
			"https://s\u0437.eu-west-1.amazonaws.com", "https://s3.eu-west-1.amazonaws.com/\u010d", "https://",
			"https:", "://", "?", "" })
	void anyOtherLinkIsRefusedWithoutQuotingIt(String origin) {
		assertThatExceptionOfType(FetchException.Refused.class).isThrownBy(() -> this.policy.check(origin + SECRETS))
			.withNoCause()
			.satisfies((refused) -> assertThat(refused.reason()).doesNotContain("FRONT", "Signature", "c2VjcmV0", "@",
					"pass", "AAAA"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "\n", "\u0000", "https://s3.eu-west-1.amazonaws.com/a b",
			"https://s3.eu-west-1.amazonaws.com/%zz", "https://s3.eu-west-1.amazonaws.com/a|b" })
	void whatIsNoLinkIsRefused(String link) {
		assertThatExceptionOfType(FetchException.Refused.class).isThrownBy(() -> this.policy.check(link));
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			https://evil.example/?secret,           the host evil.example is not in backstop.archive.allowed-hosts
			http://s3.eu-west-1.amazonaws.com/,     the link is no https
			https://s3.eu-west-1.amazonaws.com:444, the link leads to another port than 443
			https://u:p@s3.eu-west-1.amazonaws.com, the link names more than a host and a port
			data:image/png;base64,                  the link is no absolute URI with a host
			https://a b/,                           the link is no URI
			""")
	void theReasonSaysWhatToChange(String link, String reason) {
		assertThatExceptionOfType(FetchException.Refused.class).isThrownBy(() -> this.policy.check(link))
			.withMessage(reason);
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://localhost:8080/a", "http://LOCALHOST/a", "https://localhost:8443/a",
			"http://127.0.0.1:9/a", "http://127.8.8.8/a", "http://[::1]:8080/a",
			"https://s3.eu-west-1.amazonaws.com/a" })
	void loopbackIsReachedOverHttpWhereThatIsAllowed(String link) throws Exception {
		var policy = new LinkPolicy(Archives.ofThisMachine().properties());

		assertThat(policy.check(link)).hasToString(link);
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://s3.eu-west-1.amazonaws.com/a", "https://s3.eu-west-1.amazonaws.com:8443/a",
			"http://localhost.evil.example/a", "http://127.0.0.1.evil.example/a", "http://evil.localhost/a",
			"http://user@localhost/a", "http://128.0.0.1/a", "http://10.0.0.1/a", "http://0.0.0.0/a",
			"http://[::ffff:7f00:1]/a", "http://[::]/a", "ftp://localhost/a", "file://localhost/etc/passwd",
			"http://127.1/a", "http://2130706433/a" })
	void nothingButLoopbackIsAllowedMoreThen(String link) {
		var policy = new LinkPolicy(Archives.ofThisMachine().properties());

		assertThatExceptionOfType(FetchException.Refused.class).isThrownBy(() -> policy.check(link));
	}

	@Test
	void hostsAreAllowedInAnySpelling() throws Exception {
		var policy = new LinkPolicy(Archives.archive().allowedHosts("Files.Example.", "*.CDN.example").properties());

		assertThat(policy.check("https://files.example/a")).hasHost("files.example");
		assertThat(policy.check("https://eu.cdn.example/a")).hasHost("eu.cdn.example");
		assertThatExceptionOfType(FetchException.Refused.class).isThrownBy(() -> policy.check("https://cdn.example/a"));
	}

	@Test
	void anAddressIsAllowedOnlyIfItIsListed() throws Exception {
		var policy = new LinkPolicy(Archives.archive().allowedHosts("52.218.1.1", "*").properties());

		assertThat(policy.check("https://52.218.1.1/a")).hasHost("52.218.1.1");
		assertThatExceptionOfType(FetchException.Refused.class).isThrownBy(() -> policy.check("https://52.218.1.2/a"));
	}

}
