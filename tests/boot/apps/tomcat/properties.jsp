<%@ page contentType="text/plain; charset=utf-8" %><%
for (String name : request.getParameterValues("name")) {
  out.print("[" + System.getProperty(name) + "][" + System.getenv(name) + "]");
}
%>
