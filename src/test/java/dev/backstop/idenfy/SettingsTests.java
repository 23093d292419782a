package dev.backstop.idenfy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

import dev.backstop.SettingsCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

@ExtendWith(OutputCaptureExtension.class)
class SettingsTests {

	private final Map<String, String> settings = new LinkedHashMap<>(Map.of("idenfy.api-key", "KEY-s3cret",
			"idenfy.api-secret", "SECRET-s3cret", "idenfy.webhook.signing-keys", "SIGNING-s3cret"));

	@Test
	void theKeysAloneSuffice() {
		try (var context = start()) {
			var idenfy = context.getBean(IdenfyProperties.class);
			assertThat(idenfy.baseUrl()).isEqualTo("https://ivs.idenfy.com");
			assertThat(idenfy.apiKey().value()).isEqualTo("KEY-s3cret");
			assertThat(idenfy.apiSecret().value()).isEqualTo("SECRET-s3cret");
			var webhook = context.getBean(WebhookProperties.class);
			assertThat(webhook.signingKeys()).extracting(Secret::value).containsExactly("SIGNING-s3cret");
			assertThat(webhook.maxBodySize()).isEqualTo(DataSize.ofMegabytes(1));
			assertThat(idenfy.toString() + webhook).doesNotContain("s3cret");
		}
	}

	@Test
	void signingKeysAreSeparatedByCommasAndOneWithACommaIsGivenByIndex() {
		this.settings.put("idenfy.webhook.signing-keys", "a,ž b,${c");
		try (var context = start()) {
			assertThat(context.getBean(WebhookProperties.class).signingKeys()).extracting(Secret::value)
				.containsExactly("a", "ž b", "${c");
		}
		this.settings.remove("idenfy.webhook.signing-keys");
		this.settings.put("idenfy.webhook.signing-keys[0]", "a,b");
		this.settings.put("idenfy.webhook.signing-keys[1]", "c");
		try (var context = start()) {
			assertThat(context.getBean(WebhookProperties.class).signingKeys()).extracting(Secret::value)
				.containsExactly("a,b", "c");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://ivs.idenfy.com/", "HTTPS://ivs.markid.eu", "https://proxy:8443/idenfy",
			"http://localhost:9090", "http://127.0.0.1", "http://[::1]:8080" })
	void theVendorIsReachedByTlsOrOnThisMachine(String url) {
		this.settings.put("idenfy.base-url", url);
		try (var context = start()) {
			assertThat(context.getBean(IdenfyProperties.class).baseUrl()).isEqualTo(url);
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = false,
			textBlock = """
					idenfy.api-key||idenfy.api-key is missing or blank. Set it to
					idenfy.api-key|  |idenfy.api-key is missing or blank. Set it to
					idenfy.api-key|s3cret:s3cret|idenfy.api-key has a colon in it
					idenfy.api-key|s3cret |idenfy.api-key begins or ends with a space
					idenfy.api-secret||idenfy.api-secret is missing or blank. Set it to
					idenfy.api-secret|\ts3cret|idenfy.api-secret begins or ends with a space
					idenfy.api-secret|s3cret\u00a0|idenfy.api-secret begins or ends with a space
					idenfy.api-secret|\ufeffs3cret|idenfy.api-secret begins or ends with a space
					idenfy.api-secret|${S3CRET}|idenfy.api-secret refers to a variable that is not set
					idenfy.api-secret|s3cret${idenfy.api-secret}|idenfy.api-secret cannot be read
					idenfy.webhook.signing-keys||idenfy.webhook.signing-keys is missing or empty
					idenfy.webhook.signing-keys|s3cret,|idenfy.webhook.signing-keys[1] is missing or blank
					idenfy.webhook.signing-keys|s3cret,,x|idenfy.webhook.signing-keys[1] is missing or blank
					idenfy.webhook.signing-keys|s3cret, x|idenfy.webhook.signing-keys[1] begins or ends with a space
					idenfy.webhook.signing-keys| s3cret|idenfy.webhook.signing-keys[0] begins or ends with a space
					idenfy.webhook.signing-keys|a,s3cret,s3cret|idenfy.webhook.signing-keys[2] repeats an earlier signing key
					idenfy.webhook.signing-keys|s3cret${idenfy.webhook.signing-keys}|idenfy.webhook.signing-keys[0] cannot be read
					idenfy.webhook.signing-keys[2]|s3cret|idenfy.webhook.signing-keys[0] cannot be read
					idenfy.webhook.max-body-size|0|idenfy.webhook.max-body-size is not between 1B and 16MB
					idenfy.webhook.max-body-size|-1|idenfy.webhook.max-body-size is not between 1B and 16MB
					idenfy.webhook.max-body-size|1GB|idenfy.webhook.max-body-size is not between 1B and 16MB
					idenfy.webhook.max-body-size|big|idenfy.webhook.max-body-size
					idenfy.base-url|http://ivs.idenfy.com|idenfy.base-url is not an https URL
					idenfy.base-url|http://localhost.idenfy.com|idenfy.base-url is not an https URL
					idenfy.base-url|ftp://localhost|idenfy.base-url is not an https URL
					idenfy.base-url|https://user:s3cret@ivs.idenfy.com|idenfy.base-url is not the URL of a host alone
					idenfy.base-url|https://ivs.idenfy.com?x=s3cret|idenfy.base-url is not the URL of a host alone
					idenfy.base-url|ivs.idenfy.com|idenfy.base-url is not the URL of a host alone
					idenfy.base-url|https://user:s3cret@ivs idenfy|idenfy.base-url is not a URL
					idenfy.base-url||idenfy.base-url is not the URL of a host alone
					idenfy.connect-timeout|0s|idenfy.connect-timeout is not between
					idenfy.answer-timeout|31s|idenfy.answer-timeout is not between
					idenfy.answer-timeout|soon|idenfy.answer-timeout""")
	void aWrongSettingStopsTheStartWithItsNameAndWithoutAnySecret(String name, String value, String message,
			CapturedOutput output) {
		if (name.endsWith("]")) {
			this.settings.remove("idenfy.webhook.signing-keys");
			this.settings.put("idenfy.webhook.signing-keys[0]", "first-s3cret");
		}
		this.settings.put(name, (value != null) ? value : "");

		assertThatException().isThrownBy(this::start);
		assertThat(output.getAll()).contains("APPLICATION FAILED TO START", message).doesNotContain("s3cret");
	}

	@ParameterizedTest
	@ValueSource(strings = { "idenfy.api-key", "idenfy.api-secret", "idenfy.webhook.signing-keys" })
	void aMissingSettingStopsTheStartWithItsName(String name, CapturedOutput output) {
		this.settings.remove(name);

		assertThatException().isThrownBy(this::start);
		assertThat(output.getAll()).contains("APPLICATION FAILED TO START", name + " is missing")
			.doesNotContain("s3cret");
	}

	private ConfigurableApplicationContext start() {
		var application = new SpringApplication(SettingsCheck.class, IdenfyConfiguration.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.setRegisterShutdownHook(false);
		var arguments = this.settings.entrySet()
			.stream()
			.map((setting) -> "--" + setting.getKey() + "=" + setting.getValue());
		return application.run(
				Stream
					.concat(Stream.of("--spring.config.location=optional:classpath:/none/",
							"--logging.level.root=warn"), arguments)
					.toArray(String[]::new));
	}

}
