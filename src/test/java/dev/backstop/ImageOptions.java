package dev.backstop;

import java.util.List;

/** What the image starts the JVM with. */
public final class ImageOptions {

	/** As in the Dockerfile, and what the JVM chooses in a container of 512 MiB. */
	public static final List<String> ALL = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
			"-Djdk.virtualThreadScheduler.parallelism=8", "-XX:MetaspaceSize=64m", "-XX:ReservedCodeCacheSize=240m",
			"-Xmx179m", "-XX:+ExitOnOutOfMemoryError");

	private ImageOptions() {
	}

}
