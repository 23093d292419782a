package dev.backstop;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.resttestclient.autoconfigure.RestTestClientBuilderCustomizer;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.http.server.LocalTestWebServer;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.test.web.servlet.client.RestTestClient;

/**
 * A client that asks once, and checks each answer against the description of the API.
 * Apache's, which Spring prefers where it finds it, repeats what is answered 429 or 503.
 */
@TestConfiguration(proxyBeanMethods = false)
public class TestClient {

	@Bean
	@Lazy
	RestTestClient restTestClient(ApplicationContext context,
			ObjectProvider<RestTestClientBuilderCustomizer> customizers) {
		var builder = RestTestClient.bindToServer(new JdkClientHttpRequestFactory())
			.uriBuilderFactory(LocalTestWebServer.obtain(context).uriBuilderFactory())
			.requestInterceptor(OpenApiContract.ofTheRepository());
		customizers.orderedStream().forEach((customizer) -> customizer.customize(builder));
		return builder.build();
	}

}
