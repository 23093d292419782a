package dev.backstop.webhook;

import org.apache.coyote.AbstractProtocol;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.tomcat.TomcatProtocolHandlerCustomizer;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/** The connections that are open to the public port. */
@Component
class Connections implements WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> {

	private volatile @Nullable AbstractProtocol<?> protocol;

	@Override
	public void customize(ConfigurableTomcatWebServerFactory factory) {
		TomcatProtocolHandlerCustomizer<AbstractProtocol<?>> keeping = (protocol) -> this.protocol = protocol;
		factory.addProtocolHandlerCustomizers(keeping);
	}

	/** Whether fewer are left to be opened than requests may be in progress. */
	boolean areFew() {
		var protocol = this.protocol;
		return protocol != null && protocol.getConnectionCount() > protocol.getMaxConnections() - RequestLimit.AT_ONCE;
	}

}
