package dev.backstop.simulator;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** A real file made of nothing but a seed; the same seed makes the same bytes. */
public final class FileBytes {

	private final FileKind kind;

	private final long length;

	private final Supplier<InputStream> source;

	private FileBytes(FileKind kind, long length, Supplier<InputStream> source) {
		this.kind = kind;
		this.length = length;
		this.source = source;
	}

	static FileBytes of(FileKind kind, long seed, long size) {
		return switch (kind) {
			case IMAGE -> of(kind, png(seed, Math.toIntExact(size)));
			case VIDEO -> mp4(seed, size);
			case DOCUMENT -> of(kind, pdf(seed, Math.toIntExact(size)));
		};
	}

	private static FileBytes of(FileKind kind, byte[] bytes) {
		return new FileBytes(kind, bytes.length, () -> new ByteArrayInputStream(bytes));
	}

	public String contentType() {
		return this.kind.contentType();
	}

	public long length() {
		return this.length;
	}

	public InputStream open() {
		return this.source.get();
	}

	public byte[] toByteArray() {
		try (var in = open()) {
			return in.readAllBytes();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public String sha256() {
		try (var in = open()) {
			var digest = MessageDigest.getInstance("SHA-256");
			var block = new byte[65_536];
			for (var read = in.read(block); read >= 0; read = in.read(block)) {
				digest.update(block, 0, read);
			}
			return HexFormat.of().formatHex(digest.digest());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static byte[] png(long seed, int size) {
		var side = Math.max(8, (int) Math.sqrt(size));
		var random = new SplittableRandom(seed);
		var pixels = new ByteArrayOutputStream();
		try (var deflated = new DeflaterOutputStream(pixels, new Deflater(Deflater.BEST_SPEED))) {
			var row = new byte[side];
			for (var y = 0; y < side; y++) {
				random.nextBytes(row);
				deflated.write(0);
				deflated.write(row);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		var png = new ByteArrayOutputStream();
		png.writeBytes(new byte[] { (byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' });
		var greyscale = new byte[] { 8, 0, 0, 0, 0 };
		chunk(png, "IHDR", ByteBuffer.allocate(13).putInt(side).putInt(side).put(greyscale).array());
		chunk(png, "IDAT", pixels.toByteArray());
		chunk(png, "IEND", new byte[0]);
		return png.toByteArray();
	}

	private static void chunk(ByteArrayOutputStream png, String type, byte[] content) {
		var name = type.getBytes(StandardCharsets.US_ASCII);
		var checksum = new CRC32();
		checksum.update(name);
		checksum.update(content);
		png.writeBytes(ByteBuffer.allocate(content.length + 12)
			.putInt(content.length)
			.put(name)
			.put(content)
			.putInt((int) checksum.getValue())
			.array());
	}

	private static FileBytes mp4(long seed, long size) {
		var movie = Math.max(16, size);
		var head = ByteBuffer.allocate(40)
			.putInt(24)
			.put("ftypisom".getBytes(StandardCharsets.US_ASCII))
			.putInt(512)
			.put("isommp42".getBytes(StandardCharsets.US_ASCII))
			.putInt(1)
			.put("mdat".getBytes(StandardCharsets.US_ASCII))
			.putLong(movie + 16)
			.array();
		return new FileBytes(FileKind.VIDEO, head.length + movie,
				() -> new SequenceInputStream(new ByteArrayInputStream(head), new Noise(seed, movie)));
	}

	private static byte[] pdf(long seed, int size) {
		var text = "BT /F1 12 Tf 72 720 Td (Synthetic document %016x) Tj ET\n".formatted(seed);
		var content = text + " ".repeat(Math.max(0, size - text.length()));
		var objects = new String[] { "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
				"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
				"<< /Length %d >>\nstream\n%s\nendstream".formatted(content.length(), content),
				"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>" };
		var pdf = new StringBuilder("%PDF-1.4\n");
		var table = new StringBuilder("xref\n0 6\n0000000000 65535 f \n");
		for (var index = 0; index < objects.length; index++) {
			table.append("%010d 00000 n \n".formatted(pdf.length()));
			pdf.append("%d 0 obj\n%s\nendobj\n".formatted(index + 1, objects[index]));
		}
		var start = pdf.length();
		pdf.append(table).append("trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n".formatted(start));
		return pdf.toString().getBytes(StandardCharsets.US_ASCII);
	}

	/** Bytes that look like film and are never held all at once. */
	private static final class Noise extends InputStream {

		private final SplittableRandom random;

		private final byte[] block = new byte[8192];

		private int used = this.block.length;

		private long left;

		Noise(long seed, long length) {
			this.random = new SplittableRandom(seed);
			this.left = length;
		}

		@Override
		public int read() {
			var one = new byte[1];
			return (read(one, 0, 1) < 0) ? -1 : one[0] & 0xff;
		}

		@Override
		public int read(byte[] target, int offset, int length) {
			if (length == 0) {
				return 0;
			}
			if (this.left == 0) {
				return -1;
			}
			if (this.used == this.block.length) {
				this.random.nextBytes(this.block);
				this.used = 0;
			}
			var read = (int) Math.min(Math.min(length, this.block.length - this.used), this.left);
			System.arraycopy(this.block, this.used, target, offset, read);
			this.used += read;
			this.left -= read;
			return read;
		}

	}

}
