package dev.backstop.archive;

import java.net.URI;
import java.time.Duration;
import java.util.List;

import dev.backstop.PositiveDuration;
import dev.backstop.SettingProblems;
import dev.backstop.Settings;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Which files are kept, where, and how they are fetched.
 *
 * @param store where the bytes are kept
 * @param workers how many files an instance fetches at once
 * @param interval how often an instance looks for files that wait
 * @param maxFileSize larger files are refused
 * @param allowedHosts where links may lead: hosts, or {@code *.} and what hosts end with
 * @param allowLoopbackHttp whether links may lead to this machine, and over http: for
 * demonstrations and tests alone
 * @param connectTimeout how long one connection may take, and each pause of the sender
 * @param fetchTimeout how long one file may take
 * @param backOff gaps after failed tries; the last repeats
 * @param maxRefetches how often iDenfy may be asked again for the links of one
 * verification, after they died
 * @param s3 the object storage, required by the store {@code s3}
 */
@Validated
@ConfigurationProperties("backstop.archive")
record ArchiveProperties(@DefaultValue("postgres") Kind store,
		@DefaultValue("4") @Positive(message = "must be positive") int workers,
		@DefaultValue("1s") @PositiveDuration Duration interval, @DefaultValue("512MB") DataSize maxFileSize,
		@DefaultValue( {
				"s3.eu-west-1.amazonaws.com", "*.s3.eu-west-1.amazonaws.com" }) @NotEmpty(
						message = "must not be empty") List<@NotBlank(
								message = "must not be blank") String> allowedHosts,
		@DefaultValue("false") boolean allowLoopbackHttp, @DefaultValue("5s") @PositiveDuration Duration connectTimeout,
		@DefaultValue("5m") @PositiveDuration Duration fetchTimeout,
		@DefaultValue({ "5s", "30s", "2m", "5m" }) @NotEmpty(
				message = "must not be empty") List<@PositiveDuration Duration> backOff,
		@DefaultValue("1") @PositiveOrZero(message = "must not be negative") int maxRefetches,
		@Valid @Nullable S3 s3) implements Settings{

	/** Where the bytes are kept. */
	enum Kind {

		POSTGRES, S3, NONE

	}

	/**
	 * An S3-compatible object storage; credentials come from where the AWS SDK looks for
	 * them.
	 *
	 * @param prefix what the keys of all objects begin with
	 * @param endpoint where the storage is, if it is not Amazon's
	 * @param region where the bucket is; otherwise where the AWS SDK finds one
	 * @param pathStyle whether the bucket is named in the path instead of the host
	 * @param serverSideEncryption {@code AES256} or {@code aws:kms}; otherwise as the
	 * bucket is set up
	 * @param kmsKeyId the key for {@code aws:kms}
	 */
	record S3(@NotBlank(message = "must not be blank") String bucket, @DefaultValue("") String prefix,
			@Nullable URI endpoint, @Nullable String region, @DefaultValue("false") boolean pathStyle,
			@Nullable String serverSideEncryption, @Nullable String kmsKeyId) {
	}

	ArchiveProperties {
		var problems = new SettingProblems();
		if (store == Kind.S3 && s3 == null) {
			problems.add("backstop.archive.s3.bucket is missing, though backstop.archive.store is s3.",
					"Set it to the bucket, or backstop.archive.store to postgres or none.");
		}
		if (maxFileSize.toBytes() <= 0) {
			problems.add("backstop.archive.max-file-size is not positive.", "Set it to a size like 512MB.");
		}
		problems.refuseStart();
	}

	/** Whether files are fetched at all. */
	boolean keepsFiles() {
		return this.store != Kind.NONE;
	}

	/** How long to wait after so many failed tries. */
	Duration backOff(int tries) {
		return this.backOff.get(Math.min(tries, this.backOff.size()) - 1);
	}

	Duration longestBackOff() {
		return this.backOff.getLast();
	}

	/** For how long a file is left to the instance that fetches it. */
	Duration lease() {
		return this.fetchTimeout.plusSeconds(10);
	}

}
