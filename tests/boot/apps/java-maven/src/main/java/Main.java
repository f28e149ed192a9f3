import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;

public class Main {
    public static void main(String[] arguments) throws Exception {
        String port = System.getenv("SERVER_PORT");
        long heap = Runtime.getRuntime().maxMemory() >> 20;
        String answer = "hello from java on " + port + " with " + heap + " MiB";
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(port)), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, answer.length());
            exchange.getResponseBody().write(answer.getBytes());
            exchange.close();
        });
        server.start();
        System.out.println("starts");
    }
}
